"""Names the objects that took long to compile, for whoever may want to split them. It warns and never fails for that: how
long something takes depends on the machine.

Usage: build_time_test.py BUILD_DIR/.ninja_log
"""
import sys

SLOW_MS = 20_000


def main(log):
    times = {}
    with open(log, encoding="utf-8") as lines:
        assert next(lines).startswith("# ninja log"), f"{log}: expected a log of ninja's"
        for line in lines:
            start, end, _, output, _ = line.rstrip("\n").split("\t")
            if output.endswith(".o"):
                times[output] = int(end) - int(start)
    assert times, f"{log}: expected objects that were compiled"
    slow = sorted(((ms, name) for name, ms in times.items() if ms > SLOW_MS), reverse=True)
    for ms, name in slow:
        print(f"warning: {name} took {ms / 1000:.1f} s to compile")
    print(f"{len(times)} objects, {len(slow)} took over {SLOW_MS // 1000} s")


if __name__ == "__main__":
    main(sys.argv[1])
