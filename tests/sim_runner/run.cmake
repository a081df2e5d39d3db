# Seeds of three sizes of cluster; a violation shows its seed and the command that replays it.
foreach(nodes_and_count 4:300 7:60 10:20)
  string(REPLACE ":" ";" pair ${nodes_and_count})
  list(GET pair 0 nodes)
  list(GET pair 1 count)
  execute_process(COMMAND ${runner} --nodes ${nodes} --from-seed 1 --count ${count} --jobs 2
                  RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "the simulator found something with ${nodes} nodes, or failed: ${result}")
  endif()
endforeach()
