# Flags that every target of the project shares, and the one way to declare a library of ours.

add_library(quorate_flags INTERFACE)
target_compile_options(quorate_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Wimplicit-fallthrough -Wswitch -Werror=switch -Werror=return-type -Werror=unused-result)

if(QUORATE_SANITIZE)
  # CAF forms null references that it never reads, which -fsanitize=null reports.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=null
                      -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(QUORATE_FUZZ)
  # Only what is instrumented here is followed by the fuzzer; -fsanitize=fuzzer, which brings main(), is
  # each fuzzer's own.
  # Checks at every access to a member cost a fifth of the compiler's time, and find what AddressSanitizer
  # and the other sanitised build (dev-core) find too.
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined
                      -fno-sanitize=null,alignment,object-size,vptr
                      -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # ccache asks for it where headers are precompiled.
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
  add_compile_definitions(QUORATE_PLANTED_FAULTS) # the fuzzers show that they find some mistakes
  add_link_options(-fsanitize=address,undefined)
endif()
if(QUORATE_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()

# Functions of shared libraries are found at the start: the table of them is read-only from then on,
# and the linker's lazy search, which saves registers to the stack, never meets a secret in one.
add_link_options(-Wl,-z,relro -Wl,-z,now)

find_program(QUORATE_MOLD mold)
if(QUORATE_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
find_program(QUORATE_CCACHE ccache)
if(QUORATE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${QUORATE_CCACHE})
  if(QUORATE_FUZZ)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
      ${QUORATE_CCACHE})
  endif()
endif()

# quorate_library(name LINK targets…): a static library of every .cpp below this folder.
# Globbing (re-checked at each build) keeps a new file from needing a second edit.
function(quorate_library name)
  cmake_parse_arguments(ARG "" "" "LINK;PRIVATE_LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(sources)
    add_library(${name} STATIC ${sources})
    target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
    target_link_libraries(${name} PUBLIC ${ARG_LINK} PRIVATE $<BUILD_INTERFACE:quorate_flags> ${ARG_PRIVATE_LINK})
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
    target_link_libraries(${name} INTERFACE ${ARG_LINK})
  endif()
endfunction()
