# Redirections, pipelines, background commands and what they inherit.
echo out >o1; echo more >>o1; cat <o1
echo a b c | cat | wc -w
{ echo g1; echo g2; } | wc -l
(echo s1; echo s2) >o2; cat o2
cat nosuchfile 2>e1 || echo failed
[ -s e1 ] && echo "told why"
echo to-stderr 2>&1 >/dev/null | wc -c
sh -c 'echo e >&2' 2>&1 | cat
while true; do echo loop; break; done >o3; cat o3
for i in 1 2 3; do echo $i; done | while read n; do echo "read $n"; done
read line <o1; echo "$line"
exec 3>o4; echo three >&3; exec 3>&-; cat o4
echo first >o5 && cat <o5 >o6 && cat o6
false | true; echo $?
true | false; echo $?
sleep 0 & wait $!; echo waited $?
sh -c 'exit 6' & wait $!; echo $?
A=1 B=2 env | grep '^[AB]=' | sort
C=3; export C; sh -c 'echo $C'
D=4; sh -c 'echo "<$D>"'
unset C; sh -c 'echo "<$C>"'
umask 027; umask
cd /; pwd
