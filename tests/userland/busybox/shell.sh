# The shell: pipelines, subshells, functions, signals, statuses.
echo one two | wc -w
for i in 1 2 3; do echo $i; done | while read x; do echo "got $x"; done
(sleep 0.1; echo slept) & wait; echo waited
f() { echo "f $1"; return 3; }; f x; echo $?
cat <<EOF
here $((1 + 2)) $(echo there)
EOF
trap 'echo trapped' USR1; kill -USR1 $$; echo after
sh -c 'kill -9 $$'; echo $?
sh -c 'exit 7' | false; echo $?
yes | head -2
seq 1 1000 | sort -rn | head -3 | tr '\n' ' '; echo
echo 'a b c' | xargs -n1 echo item
set -- a b c; shift; echo $# $*
case abc in a*) echo matches ;; *) echo does not ;; esac
x=abcdef; echo ${x#ab} ${x%ef} ${#x} ${x:-none} ${y:-none}
sleep 100 & kill $!; wait $!; echo $?
timeout 0.1 sleep 100; echo $?
sh -c 'ulimit -n 8; ulimit -n'
mkfifo p; (echo through a fifo >p) & cat p; rm p
exec 3>out; echo three >&3; exec 3>&-; cat out
test -t 1 || echo no terminal
