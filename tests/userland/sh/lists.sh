# Lists, conditions, loops and exit statuses.
true && echo and
false || echo or
false && echo no || echo chain
! false && echo not
! true; echo $?
if false; then echo no; elif true; then echo elif; else echo else; fi
if [ -d / ] && [ ! -f / ]; then echo test; fi
for i in 1 2 3; do echo "i $i"; done
i=0
while [ $i -lt 5 ]; do
    i=$((i + 1))
    if [ $i -eq 2 ]; then continue; fi
    if [ $i -eq 4 ]; then break; fi
    echo "w $i"
done
until [ $i -eq 0 ]; do i=$((i - 1)); done
echo $i
while true; do while true; do break 2; done; done
echo broke
for a in 1 2; do for b in 1 2; do [ $b -eq 2 ] && continue; echo $a$b; done; done
(exit 3); echo $?
{ echo g1; echo g2; }
sh -c 'exit 7'; echo $?
nosuchcommand 2>/dev/null; echo $?
/ 2>/dev/null; echo $?
sh -c 'kill -9 $$' 2>/dev/null; echo $?
test a = a; echo $?
test 3 -gt 4; echo $?
[ -z "" ] && [ -n x ] && echo strings
(cd /; pwd); x=outer; (x=inner); echo $x
false
echo status $?
x=$(false); echo $?
eval 'echo evaluated "$x"'
exit 4
