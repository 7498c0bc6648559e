#!/usr/bin/env bash
# usage: window.sh FORKSCOPE
# A real window under Xvfb, driven by xdotool: the tour, steps forth and back, sizes, themes, the
# mouse. What it shows is read from the pictures that F12 saves; nothing here waits for a time, only
# for what is to come.
set -uo pipefail
forkscope=$1
[ -f "${FORKSCOPE_KERNEL:?}" ] || { echo "skipped: $FORKSCOPE_KERNEL has not been built"; exit 77; }
for tool in Xvfb xdotool; do
    command -v $tool >/dev/null || { echo "skipped: $tool is not installed"; exit 77; }
done
ldconfig -p 2>/dev/null | grep -q libSDL2-2.0 || { echo "skipped: SDL2 is not installed"; exit 77; }
dir=$(mktemp -d)
server= viewer=
trap 'kill $viewer $server 2>/dev/null; wait 2>/dev/null; rm -rf "$dir"' EXIT
cd "$dir" || exit 1
export XDG_CONFIG_HOME="$dir/config"

die()
{
    echo "FAILED: $*"
    exit 1
}

# until COMMAND...: asks again until it holds; the test's own time limit ends it otherwise.
until_holds()
{
    while ! "$@"; do
        kill -0 "$viewer" 2>/dev/null || die "the viewer has ended: $*: $(cat err)"
        sleep 0.05
    done
}

# Without -noreset the server throws everyone out when its last client leaves: xdotool, which looks
# for the window, may be that one just as the viewer comes.
Xvfb -displayfd 3 -noreset -screen 0 1400x900x24 3>display 2>/dev/null &
server=$!
while [ ! -s display ]; do
    kill -0 $server || { echo "skipped: Xvfb does not start here"; exit 77; }
    sleep 0.05
done
export DISPLAY=:$(cat display)
"$forkscope" view -kernel "$FORKSCOPE_KERNEL" -initrd "${FORKSCOPE_INITRD:?}" \
    -append "quiet init=/bin/forkdemo" --at push 2>err &
viewer=$!
window=
find_window()
{
    window=$(xdotool search --all --pid "$viewer" --name '^forkscope$' 2>/dev/null | head -1)
    [ -n "$window" ]
}
until_holds find_window
xdotool windowfocus "$window" 2>/dev/null

# A picture of step N is there once F12 was pressed at it. Keys are handled in order.
saved()
{
    ls forkscope-*.png >/dev/null 2>&1
}
picture()
{
    rm -f forkscope-*.png
    xdotool key F12
    until_holds saved
    step=$(ls forkscope-*.png | sed -E 's/.*-([0-9]+)\.png/\1/')
}

# It runs to the first fork, and goes back to where the CPU has pushed.
push=$("$forkscope" view -kernel "$FORKSCOPE_KERNEL" -initrd "$FORKSCOPE_INITRD" \
    -append "quiet init=/bin/forkdemo" --at push --screenshot - | sed -nE '1s/.* step ([0-9]+).*/\1/p')
until_push()
{
    picture
    [ "$step" = "$push" ]
}
until_holds until_push
xdotool key s s s
picture
[ "$step" = $((push + 3)) ] || die "three steps from $push lead to $step"
xdotool key S Left Left
picture
[ "$step" = "$push" ] || die "three steps back lead to $step, not $push"
xdotool key 5
picture
frame=$step
[ "$frame" -gt "$push" ] || die "landmark 5 is at $frame"
xdotool key 1
for ((i = 0; i < 9; i++)); do
    before=$step
    xdotool key Return
    picture
    [ "$i" = 0 ] || [ "$step" -gt "$before" ] || die "the tour goes from $before to $step"
done
xdotool key t t t plus minus Tab Tab question Escape
xdotool key g 1 0 0 0 Return
picture
[ "$step" = 1000 ] || die "g 1000 leads to $step"
xdotool key 2
picture
[ "$step" = "$push" ] || die "landmark 2 is at $step"
# Landmark 5 is in the first row; time is dragged in the third.
xdotool windowsize --sync "$window" 1280 800
picture
eval "$(xdotool getwindowgeometry --shell "$window")"
xdotool mousemove --window "$window" 845 7 click 1
picture
[ "$step" = "$frame" ] || die "a click on 'frame' leads to $step, not $frame"
xdotool mousemove --window "$window" 300 72 mousedown 1 mousemove --window "$window" 700 72 mouseup 1
picture
[ "$step" -gt "$frame" ] || die "dragging time leads to $step"
xdotool windowsize --sync "$window" 500 300
xdotool windowsize --sync "$window" 60 40
xdotool windowsize --sync "$window" 1280 800
picture
# It sleeps while nobody does anything: once all is drawn, a second goes by in which none of its
# threads wakes up or uses the CPU.
awake()
{
    cat "/proc/$viewer/task"/*/status 2>/dev/null | grep ctxt_switches
    awk '{ print $14, $15 }' "/proc/$viewer/stat"
}
sleeps()
{
    before=$(awake)
    sleep 1
    [ "$(awake)" = "$before" ]
}
tries=0
while ! sleeps; do
    [ $((++tries)) -lt 60 ] || die "nobody does anything, and it does not sleep: $before"
done
# SIGTERM and SIGINT end it as if it were closed, but for the exit code.
for signal in TERM INT; do
    rm -f config/forkscope/view
    kill -$signal "$viewer"
    wait "$viewer"
    rc=$?
    [ $rc = 130 ] || die "SIG$signal: the viewer ended with $rc: $(cat err)"
    grep -q 'interrupted' err || die "SIG$signal: it said: $(cat err)"
    [ -f config/forkscope/view ] || die "SIG$signal: the layout was not remembered"
    "$forkscope" view -kernel "$FORKSCOPE_KERNEL" -initrd "${FORKSCOPE_INITRD:?}" \
        -append "quiet init=/bin/forkdemo" --at push 2>err &
    viewer=$!
    until_holds find_window
done
xdotool windowfocus "$window" 2>/dev/null
xdotool windowsize --sync "$window" 1280 800
picture
xdotool key ctrl+q
wait "$viewer"
rc=$?
[ $rc = 0 ] || die "the viewer ended with $rc: $(cat err)"
[ -f config/forkscope/view ] || die "the layout was not remembered"
grep -q '^cols 160$' config/forkscope/view || die "the window's size was not remembered"
[ ! -s err ] || die "it said: $(cat err)"
echo "viewer: the window does what keys and mouse say"
