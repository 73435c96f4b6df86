find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tl-expected REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(GTest REQUIRED)
find_package(rapidcheck REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(OpenSSL 3 REQUIRED)
pkg_check_modules(DPDK_ALL REQUIRED libdpdk)
pkg_check_modules(HYPERSCAN REQUIRED IMPORTED_TARGET libhs)
pkg_check_modules(THRIFT REQUIRED IMPORTED_TARGET thrift)
find_program(THRIFT_COMPILER thrift REQUIRED)

# Headers as system headers; only the libraries that are named, so that a process starts no driver it does not use.
add_library(unf_dpdk_headers INTERFACE)
add_library(unf::dpdk_headers ALIAS unf_dpdk_headers)
target_include_directories(unf_dpdk_headers SYSTEM INTERFACE ${DPDK_ALL_INCLUDE_DIRS})
target_compile_options(unf_dpdk_headers INTERFACE -include rte_config.h -march=x86-64-v2)

add_library(unf_dpdk INTERFACE)
add_library(unf::dpdk ALIAS unf_dpdk)
target_link_libraries(unf_dpdk INTERFACE unf::dpdk_headers
  rte_acl rte_ethdev rte_mbuf rte_mempool rte_mempool_ring rte_ring rte_eal rte_kvargs)

# thrift_library(name file.thrift): the C++ of an IDL, as a static library; warnings are the generator's.
function(thrift_library name idl)
  get_filename_component(stem ${idl} NAME_WE)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/gen)
  file(MAKE_DIRECTORY ${out})
  set(sources ${ARGN})
  list(TRANSFORM sources PREPEND ${out}/)
  add_custom_command(
    OUTPUT ${sources}
    COMMAND ${THRIFT_COMPILER} --gen cpp:no_skeleton -out ${out} ${CMAKE_CURRENT_SOURCE_DIR}/${idl}
    DEPENDS ${idl} VERBATIM)
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} SYSTEM PUBLIC ${out})
  target_link_libraries(${name} PUBLIC PkgConfig::THRIFT)
  set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS OFF)
endfunction()
