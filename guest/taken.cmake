# The guest's bytes are the same in every build, so one build can take them from another: with
# FORKSCOPE_GUEST_FROM=build/release the folder "guest" is a link into that build, which is asked to
# bring its guest up to date. Two such builds must not run at once.
set(guest_folder ${PROJECT_BINARY_DIR}/guest)

# What an earlier configuration with the other answer has left.
if(IS_SYMLINK ${guest_folder} OR FORKSCOPE_GUEST_FROM)
    file(REMOVE_RECURSE ${guest_folder})
endif()
if(NOT FORKSCOPE_GUEST_FROM)
    return()
endif()

if(NOT EXISTS ${FORKSCOPE_GUEST_FROM}/guest/build/CMakeCache.txt)
    message(FATAL_ERROR "FORKSCOPE_GUEST_FROM: no guest was built in ${FORKSCOPE_GUEST_FROM}; "
                        "build there first, or configure with -DFORKSCOPE_GUEST_FROM=")
endif()
file(CREATE_LINK ${FORKSCOPE_GUEST_FROM}/guest ${guest_folder} SYMBOLIC)
add_custom_target(guest ALL COMMAND ${CMAKE_COMMAND} --build ${FORKSCOPE_GUEST_FROM} --target guest)
