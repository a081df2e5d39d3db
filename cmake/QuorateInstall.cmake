# Installs the program, the client's libraries and their headers, and a package for find_package(Quorate CONFIG).
#
# quorate_installed_libraries is the one list: the targets that a client links, lowest first. The last one is
# what Quorate::client stands for. A library leaves out what it keeps to itself by $<BUILD_INTERFACE:…>.
include(CMakePackageConfigHelpers)

if(NOT DEFINED quorate_installed_libraries)
  set(quorate_installed_libraries quorate_core quorate_client)
endif()

set(quorate_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Quorate)
foreach(library IN LISTS quorate_installed_libraries)
  # quorate_core becomes Quorate::core, and so on.
  string(REGEX REPLACE "^quorate_" "" exported ${library})
  set_target_properties(${library} PROPERTIES EXPORT_NAME ${exported})
  target_include_directories(${library} INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/quorate>)
  set(quorate_client_target Quorate::${exported})
endforeach()

# The headers keep their folders: a client writes #include "core/ledger/operation.hpp", as we do.
foreach(layer core actors)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${layer} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/quorate
    COMPONENT development FILES_MATCHING PATTERN "*.hpp")
endforeach()

install(TARGETS ${quorate_installed_libraries} EXPORT QuorateTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(EXPORT QuorateTargets NAMESPACE Quorate:: DESTINATION ${quorate_package_dir} COMPONENT development)

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/QuorateConfig.cmake.in
  ${PROJECT_BINARY_DIR}/QuorateConfig.cmake INSTALL_DESTINATION ${quorate_package_dir})
# Before 1.0 a minor version may change what a client sees.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/QuorateConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/QuorateConfig.cmake ${PROJECT_BINARY_DIR}/QuorateConfigVersion.cmake
    ${CMAKE_CURRENT_LIST_DIR}/FindCAF.cmake
  DESTINATION ${quorate_package_dir} COMPONENT development)

if(TARGET quorate)
  install(TARGETS quorate RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
endif()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
