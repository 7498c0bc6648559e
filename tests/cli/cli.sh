#!/usr/bin/env bash
# The command line, as users and scripts meet it: exit codes, one clear line for bad input, nothing
# lost.  usage: cli.sh FORKSCOPE KERNELS GROUP TERMINAL
set -u
forkscope=$1 make_kernels=$2 group=$3 terminal=$4
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
"$make_kernels" . || exit 1
failures=0

fail() {
    echo "FAILED: $1" >&2
    sed 's/^/    stderr: /' err >&2
    failures=$((failures + 1))
}

# Of an explanation, what a recording says, too: not the instruction with its bytes, nor the event.
explained() {
    grep '^   [^ ].*[:,;]\|decides\|^[0-9T]' | grep -v '  ([0-9a-f ]*)$'
}

# ends CODE PATTERN ARGUMENT...: the exit code, and what stderr says (an extended regex; '' for
# nothing at all). Input is /dev/null, standard output goes to the file `out`.
ends() {
    local code=$1 pattern=$2 got
    shift 2
    timeout 60 "$forkscope" "$@" </dev/null >out 2>err
    got=$?
    [[ $got = $code ]] || fail "$* ended with $got, not $code"
    if [ -z "$pattern" ]; then
        [ ! -s err ] || fail "$* was not silent"
    else
        grep -qE -- "$pattern" err || fail "$* does not say '$pattern'"
    fi
}

# refuses CODE PATTERN ARGUMENT...: as `ends`, in exactly one line, with nothing on stdout.
refuses() {
    ends "$@"
    [ "$(wc -l <err)" = 1 ] || fail "${*:3} says more or less than one line"
    [ ! -s out ] || fail "${*:3} wrote to standard output"
}

# unwritten ARGUMENT...: told in one line where standard output is full, and where it is closed.
unwritten() {
    timeout 60 "$forkscope" "$@" </dev/null >/dev/full 2>err
    [ $? = 4 ] && [ "$(grep -c 'cannot write to standard output' err)" = 1 ] ||
        fail "$*: a full standard output is not told"
    timeout 60 "$forkscope" "$@" </dev/null >&- 2>err
    [ $? = 4 ] && [ "$(grep -c 'cannot write to standard output' err)" = 1 ] ||
        fail "$*: a closed standard output is not told"
}

prints() {
    [ "$(cat out)" = "$1" ] || fail "standard output is '$(cat out)', not '$1'"
}

usage() {
    refuses 2 'nothing to do'
    refuses 2 "unknown command 'rum'" rum
    refuses 2 'no kernel' -m 32
    refuses 2 "unknown option '--bogus'" -kernel hello --bogus
    refuses 2 'did you mean -kernel' -kern hello
    refuses 2 'not modelled' -kernel hello -smp 2
    refuses 2 'out of range' -kernel hello -m 4096
    refuses 2 "-d knows int and exec, not 'pcall'" -kernel hello -d int,pcall
    refuses 2 "no engine .warp.: this build has" -kernel hello --engine warp
    refuses 2 '8086' -kernel hello --cpu 8086
    refuses 2 'both want standard output' -kernel hello --trace - -serial stdio
    refuses 2 'unexpected word' -kernel hello hello
    refuses 2 '--trace' -kernel hello --trace-filter ev=int
    refuses 2 "--view is tss, not 'ldt'" -kernel hello --story --view ldt
    refuses 2 "check knows fork, frames and all; or is 'spoon' a recording" check spoon -kernel hello
    refuses 3 "cannot read 'spoon'" check all spoon
    ends 0 'not named' -kernel breakpoint --trace t.jsonl --trace-format jsonl
    if "$forkscope" export t.jsonl >/dev/null 2>&1; then
        ends 0 '' check frames t.jsonl
        ends 1 '' check t.jsonl
        grep -q '^Bail out! no program forked' out || fail 'a recording without a fork is judged'
    fi
    ends 0 'processes are not named' check frames -kernel hello --junit j.xml
    grep -q 'name="1 ring 3 comes back' j.xml || fail 'check frames writes no JUnit file'
    grep -q '^ok 3 - ring 3 runs with interrupts on # SKIP' out || fail 'check frames prints no TAP'
    refuses 2 "unexpected word 'x'" check all t.jsonl x
    ends 3 'no check: the kernel has no debug information' check fork -kernel hello
    refuses 2 "--trace-format is text, .*, not 'xml'" -kernel hello --trace t --trace-format xml
    refuses 2 '--trace-format needs --trace' -kernel hello --trace-format jsonl
    refuses 2 '--view needs --story' -kernel hello --view tss
    ends 0 '' --help
    ends 0 '' run --help
    grep -q -- '--max-insns' out || fail 'run --help does not list --max-insns'
    ends 0 '' --version
    ends 0 '' doctor
    refuses 2 'takes no argument' doctor x
    for verb in run view check test explain diff export layout doctor; do
        ends 0 '' $verb -h
        grep -q "^usage: forkscope $verb" out || fail "$verb -h does not say how $verb is used"
    done
    ends 0 '' -version
    # An empty shell variable, and numbers that are none.
    for option in -kernel -initrd --save-state --record --replay --trace --status-json -D --load-state; do
        refuses 2 "$option wants .*FILE.*, not ''" -kernel hello $option ''
    done
    for number in '' -1 0x10 1x ' 1' 18446744073709551616 99999999999G NaN; do
        for option in -m --mips --max-insns --wall-timeout --jitter-seed; do
            refuses 2 "$option.*('$number'|out of range)" -kernel hello $option "$number"
        done
    done
}

explain() {
    ends 0 'not named' explain -kernel triple
    grep -qF 'IDT entry 0x06 takes bytes 0030 to 0037, the IDT (base 00000000) ends at 0000  <-- decides' out ||
        fail 'the entry behind the end of the IDT does not decide'
    grep -q '^3. #DF, double fault' out || fail 'the chain of faults is not whole'
    ends 0 'not named' explain -kernel absent-gate
    grep -qF 'the gate is not present: P = 0  <-- decides' out || fail 'P = 0 does not decide'
    ends 0 'not named' explain -kernel unmapped
    grep -qF 'directory entry 000 at physical 00200000 is 00000000: P = 0, absent  <-- decides' out ||
        fail 'the empty directory does not decide'
    ends 0 'not named' explain -kernel halted
    grep -qF 'EFLAGS.IF = 0: no interrupt can wake it  <-- decides' out || fail 'IF does not decide'
    ends 0 'not named' explain @1 -kernel breakpoint
    grep -q '^1. #BP, breakpoint' out || fail 'step 1 is not explained'
    ends 0 'not named' explain @0 -kernel breakpoint
    grep -q 'The next of these is at step 1' out || fail 'the next step of interest is not told'

    # The run itself explains a triple fault before it ends, unless told not to.
    ends 6 'So a #DF cannot be delivered' -kernel triple
    refuses 6 'triple fault after 1 instructions' -kernel triple --on-crash exit
    prints ''
    # Without a display the viewer says so; that it was asked for does not change the result.
    unset DISPLAY WAYLAND_DISPLAY SDL_VIDEODRIVER
    ends 6 'no window' -kernel triple --on-crash view -m 32
    ends 8 'no window' -kernel halted --on-crash=view
    ends 0 '' -kernel hello --on-crash view
    # It opens at the crash, with what was typed: here the byte in eax that led to it.
    printf k | timeout 60 "$forkscope" -kernel killed-by-key --on-crash view --screenshot crash.txt \
        --trace crash.trace --status-json crash.json -m 32 >out 2>err
    [ $? = 6 ] || fail 'a crash that was shown does not end with 6'
    step=$(sed -n 's/.*"instructions": *\([0-9]*\).*/\1/p' crash.json)
    grep -q "step $step of $step .* shut down" crash.txt || fail "the viewer is not at the crash, step $step"
    grep -q 'eax  2badb06b' crash.txt || fail 'the viewer does not have the byte that was typed'
    [ "$(grep -c shutdown crash.trace)" = 1 ] || fail 'the trace was written twice, or not at all'
    printf k | timeout 60 "$forkscope" -kernel killed-by-key --on-crash view --screenshot again.txt \
        --record crash.rec -m 32 >out 2>err
    cmp -s crash.txt again.txt && grep -q '^serial ' crash.rec || fail 'a recording of its own disturbs'
    ends 6 'triple fault' -kernel killed-by-key --on-crash view --screenshot third.txt --replay crash.rec
    cmp -s crash.txt third.txt || fail 'a replay that crashes is not shown'
    refuses 2 'add --on-crash view' -kernel hello --screenshot x.txt
    mkdir tmp
    TMPDIR=tmp ends 6 'triple fault' -kernel triple --on-crash view --screenshot crash.txt
    rmdir tmp || fail 'something is left in the folder for temporary files'
    # The monitor gets its commands when the guest is dead; that it was looked at changes nothing.
    printf 'where\nback\nwhere\nquit\n' |
        timeout 60 "$forkscope" -kernel absent-gate -serial null --on-crash stop >out 2>err
    [ $? = 6 ] || fail 'a guest that was looked at does not end with 6'
    grep -q 'start+0x7' out || fail "the monitor does not stand at the crash: $(cat out)"
    printf 'where\nquit\n' |
        timeout 60 "$forkscope" -kernel panicked -serial null --on-crash stop >out 2>err
    [ $? = 5 ] || fail 'a guest that panicked and was looked at does not end with 5'
    grep -q 'panic' out || fail "the monitor does not stand at the panic: $(cat out)"
    ends 0 'not named' -kernel hello -serial null --on-crash stop
    ends 0 'not named' -kernel hello --on-crash gdb

    ends 2 'the run ends before step 99, at step 9' explain @99 -kernel hello
    refuses 2 "'@x' is no step" explain @x -kernel hello
    refuses 2 'which one is to be explained' explain t.jsonl -kernel hello
    refuses 2 "unexpected word 'b'" explain a b
    refuses 2 'no kernel' explain
    refuses 3 "absent" explain absent@4
    ends 0 'not named' -kernel breakpoint --trace t.jsonl --trace-format jsonl
    if "$forkscope" export t.jsonl >/dev/null 2>&1; then
        ends 0 '' explain t.jsonl@1
        grep -q '32-bit interrupt gate, DPL 0, present, to 0008:00100028' out ||
            fail 'a recording is not explained'
        refuses 2 "nothing is recorded in 't.jsonl' for step 7" explain t.jsonl@7
        refuses 2 'no exception is recorded' explain t.jsonl
    fi
    # A recording is explained in the words of the run, but for the instruction's.
    for what in triple absent-gate unmapped two-tasks@3; do
        kernel=${what%@*} at=${what#"${what%@*}"}
        "$forkscope" explain $at -kernel $kernel 2>/dev/null | explained >live
        for form in text jsonl binary; do
            "$forkscope" -kernel $kernel --trace t.$form --trace-format $form >/dev/null 2>&1
            "$forkscope" export t.$form >/dev/null 2>&1 || continue # this build lacks the form
            "$forkscope" explain t.$form$at | explained >recorded
            [ -s live ] && cmp live recorded || fail "$kernel is explained otherwise from $form"
        done
    done
}

suite() {
    mkdir -p lab/sub
    printf 'budget = 1k\nsays = hi\n' >lab/greets.case
    printf 'exit = 0\nlevel = exact\ntrace = t\n' >lab/sub/traced.case
    refuses 2 'no suite: give a folder' test
    refuses 2 '--shard 3/2: the first part is 1, the last 2' test lab --shard 3/2
    refuses 2 'did you mean -j 4' test lab -j4
    refuses 2 'standard output carries' test lab --junit -
    refuses 2 'is an option of forkscope run, not of forkscope test' test lab -append x
    refuses 3 "cannot read 'absent'" test absent
    mkdir -p empty
    refuses 3 'there is no case' test empty

    ends 1 '' test lab -kernel hello
    grep -q '^ok 1 - greets' out || fail 'greets does not hold'
    grep -q "^not ok 2 - sub/traced" out || fail 'a missing trace is not told'
    ends 0 '' test lab -kernel hello --update -j 2
    grep -q '^# wrote lab/sub/t' out || fail '--update does not say what it wrote'
    ends 0 '' test lab -kernel hello --junit j.xml
    grep -q '<testsuite name="lab" tests="2" failures="0"' j.xml || fail 'the JUnit file is wrong'
    ends 4 "cannot write '/none/j'" test lab -kernel hello --junit /none/j

    # Another kernel: what fails can be reproduced with the command that is told.
    ends 1 '' test lab -kernel breakpoint --engine step
    grep -q 'first divergence at event 1, line 4' out || fail 'the divergence is not shown'
    sed -n 's/^ *reproduce: forkscope /"$forkscope" /p' out | tail -n 1 >again
    . ./again | grep -q '^> .* int  ' || fail "'$(cat again)' does not reproduce it"
    echo 'exit = 7' >lab/greets.case
    ends 1 '' test lab/greets.case -kernel hello
    grep -q 'forkscope run ended with 0, not 7' out || fail 'the exit code is not told'
    ends 1 '' test lab/greets.case
    grep -q 'no kernel: give one' out || fail 'a case without a kernel is not told'

    grep -q 'forkscope-test-' out && fail 'paths of the run show in the results'

    # From a saved state instead of the boot: only what comes behind it is sent.
    mkdir -p later
    ends 7 'budget' -kernel hello --max-insns 3 --save-state later/half
    printf 'state = half\nserial = rest\n' >later/half.case
    printf '\n' >later/rest
    ends 1 '' test later -kernel hello
    ends 0 '' test later -kernel hello --update
    [ "$(cat later/rest)" = i ] || fail "behind the state comes '$(cat later/rest)'"

    # Together the parts are the whole.
    for i in 1 2 3 4 5; do echo 'exit = 0' >lab/n$i.case; done
    : >parts
    for i in 1 2 3; do
        ends '[01]' '' test lab -kernel hello --shard $i/3
        grep -oE 'ok [0-9]+ - .*' out | sed 's/.* - //' >>parts
    done
    [ "$(sort parts | uniq -c | grep -c '^ *1 ')" = 7 ] || fail "parts: $(sort parts | tr '\n' ' ')"

    # Ended from outside, it ends its workers and leaves no files.
    mkdir -p tmp slow
    printf 'budget = 1000G\n' >slow/spins.case
    TMPDIR=$dir/tmp "$forkscope" test slow -kernel spinning >out 2>err &
    local pid=$!
    until [ -e tmp/*/0/serial ] || ! kill -0 $pid; do sleep 0.05; done
    kill -TERM $pid
    wait $pid
    [ $? = 130 ] || fail 'an interrupted suite does not end with 130'
    grep -qx 'Bail out! interrupted' out || fail 'an interrupted suite does not say so in its results'
    [ -z "$(ls tmp)" ] || fail 'an interrupted suite leaves files'
}

files() {
    refuses 3 "cannot read 'absent'" -kernel absent
    refuses 3 "cannot read '\.'" -kernel .
    refuses 3 "'bad-empty' is empty" -kernel bad-empty
    refuses 3 "'bad-text' is not an ELF file" -kernel bad-text
    refuses 3 "'bad-cut-header' is cut short" -kernel bad-cut-header
    refuses 3 "'bad-cut-segment' is cut short" -kernel bad-cut-segment
    refuses 3 "'bad-machine' is for another machine" -kernel bad-machine
    refuses 3 "'bad-class' is a 64-bit" -kernel bad-class
    refuses 3 "'bad-no-multiboot' has no Multiboot 1 header" -kernel bad-no-multiboot
    refuses 3 "'bad-large' wants .* larger -m" -kernel bad-large
    refuses 3 "'bad-overlap': two segments overlap" -kernel bad-overlap
    refuses 3 "cannot read '\.': Is a directory" -kernel hello --load-state .
    : >nothing
    refuses 3 "'nothing' is no machine state" -kernel hello --load-state nothing
    refuses 3 "'nothing' is no recording" -kernel hello --replay nothing
    refuses 3 "layout 'nothing' names no member" -kernel hello --layout nothing --story
    refuses 3 "cannot read 'absent'" -kernel hello -initrd absent
    refuses 3 "cannot read 'b,c'" -kernel hello -initrd hello,b,,c
    refuses 3 "cannot read 'absent'" -kernel hello --symbols absent
    refuses 3 "bad-text.*not an ELF" -kernel hello --symbols bad-text
    head -c 3000000 /dev/zero >initrd
    refuses 3 "no room in 2 MB .*'initrd args' .*larger -m|larger than" -kernel hello -m 2 -initrd 'initrd args'
    ends 0 '' -kernel hello -m 16 -initrd 'initrd args,hello'
}

exits() {
    ends 0 '' -kernel hello
    prints hi
    ends 0 '' run -kernel hello -m 1G -nographic
    prints hi
    ends 10 'reported failure \(3\) after [0-9]+ instructions at start\+0x' -kernel failure
    ends 3 'failure' -kernel failure --exit-code guest
    ends 7 'failure' -kernel failure --exit-code qemu
    ends 1 'success' -kernel hello --exit-code qemu
    ends 5 'the guest panicked' -kernel panicked
    ends 5 'the guest panicked; then: it did not end' -kernel panicked-spinning --mips 1
    ends 6 'triple fault after [0-9]+ instructions at start' -kernel triple
    ends 7 'budget' -kernel spinning --max-insns 1000
    ends 7 'after 12345 instructions' -kernel spinning --max-insns 12345
    ends 8 'nothing can ever wake it' -kernel halted
    ends 8 'nothing can ever wake it' -kernel sleeping
    ends 8 'only idles' -kernel idling
    ends 9 'wall-clock' -kernel spinning --wall-timeout 1
    ends 10 'reset the machine' -kernel reset --no-reboot
    ends 7 'budget' -kernel reset --max-insns 1000
}

outputs() {
    ends 0 '' -kernel hello -serial file:serial
    prints ''
    [ "$(cat serial)" = hi ] || fail 'the serial file does not hold hi'
    ends 0 '' -kernel hello -serial null
    prints ''
    ends 0 '' -kernel debugcon --debugcon stdio
    prints d
    ends 4 "cannot write to .*/dev/full" -kernel flood -serial file:/dev/full
    ends 4 "cannot write 'absent/x'" -kernel hello -serial file:absent/x
    ends 4 'absent/x' -kernel hello --trace absent/x
    ends 4 '/dev/full' -kernel breakpoint --trace /dev/full
    ends 0 'not named' -kernel breakpoint --trace -
    grep -q 'int  *0x03 software' out || fail '--trace - does not trace'
    ends 3 'no story' -kernel breakpoint --story
    ends 4 'absent/x' -kernel hello -d int -D absent/x
    ends 4 '/dev/full' -kernel hello --status-json /dev/full
    ends 4 'log to /dev/full' -kernel spinning -d exec -D /dev/full --max-insns 1G
    ends 0 '3 *exec|exec 00100020' -kernel hello -d exec
    ends 0 'int 03 soft cpl=0->0 from=0008:00100027 start\+0x7' -kernel breakpoint -d int

    # What is no plain file keeps its place.
    ends 4 "cannot write the state to '.*': No space left" -kernel hello --save-state /dev/full
    [ -c /dev/full ] || fail '--save-state put a file in the place of a device'
    mkfifo pipe
    cat pipe >piped &
    ends 0 '' -kernel hello --save-state pipe
    wait
    [ -p pipe ] || fail '--save-state put a file in the place of a pipe'
    ends 0 '' -kernel hello --load-state piped
    for option in --save-state --record --status-json; do
        refuses 4 "cannot write '\.': Is a directory" -kernel spinning $option .
        refuses 4 "cannot write 'absent/x': No such file" -kernel spinning $option absent/x
    done
    refuses 4 "cannot write 'absent/x': No such file" check frames -kernel spinning --junit absent/x
    # Where standard output is closed, nothing else takes its place.
    ends 7 'budget' -kernel flood --max-insns 3000 --trace open.trace
    timeout 60 "$forkscope" -kernel flood --max-insns 3000 --trace closed.trace </dev/null >&- 2>&-
    [ $? = 4 ] || fail 'a guest that prints to a closed standard output does not end with 4'
    head -n 3 open.trace | cmp -s - <(head -n 3 closed.trace) || fail 'the trace holds something else'
    for form in text jsonl; do
        ends 0 'not named' -kernel breakpoint --trace t.$form --trace-format $form
        refuses 4 "cannot write '\.': Is a directory" export t.$form --output .
        refuses 4 'No space left' export t.$form --output /dev/full
    done
    for words in 'check frames t.jsonl' 'export t.jsonl' 'explain t.jsonl@1' 'diff t.jsonl t.text' \
        'layout xv6' doctor --help 'run --help' --version; do
        unwritten $words
    done

    timeout 60 "$forkscope" -kernel flood </dev/null >/dev/full 2>err
    [ $? = 4 ] || fail 'a full standard output does not end with 4'
    grep -q 'standard output' err || fail 'a full standard output is not named'
    timeout 60 "$forkscope" -kernel flood </dev/null 2>err | head -c 10 >/dev/null
    [ "${PIPESTATUS[0]}" = 4 ] || fail 'a closed pipe does not end with 4'

    ends 10 'reported failure' -kernel failure --status-json status
    grep -q '"end": "exit", "exit_code": 10, "guest_value": 3' status || fail "status is $(cat status)"
}

input() {
    local got
    got=$(printf 'abcq' | timeout 60 "$forkscope" -kernel echo 2>err)
    [ $? = 0 ] || fail 'echo did not end with 0'
    [ "$got" = abcq ] || fail "echo gave '$got'"
    # Longer than every buffer on the way.
    head -c 10000 /dev/zero | tr '\0' y >long
    got=$( (cat long; printf q) | timeout 60 "$forkscope" -kernel echo --mips 1 2>err | wc -c)
    [ "$got" = 10001 ] || fail "echo gave $got of 10001 bytes"
    ends 7 'budget' -kernel echo --max-insns 100000
}

interrupt() {
    "$forkscope" -kernel flood -serial file:serial </dev/null >out 2>err &
    local pid=$!
    # What is in the file was written by a guest that runs: signals are listened to.
    until [ -s serial ] || ! kill -0 $pid; do sleep 0.05; done
    kill -INT $pid
    wait $pid
    [ $? = 130 ] || fail 'SIGINT does not end with 130'
    [ -s serial ] || fail 'SIGINT lost the serial file'
    grep -q interrupted err || fail 'SIGINT is not mentioned'
}

terminal() {
    "$terminal" "$forkscope" . || exit
}

$group
[ $failures = 0 ] || exit 1
