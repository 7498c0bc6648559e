# Backquotes, the forms of ${…}, local, set -e.
echo `echo one` "`echo two  words`" `echo \`echo nested\``
echo "a `echo 'b  c'` d" $(echo `echo in`)
x=hello.tar.gz; unset u; e=
echo ${x#*.} ${x##*.} ${x%.*} ${x%%.*} ${x#nothing} ${#x}
echo ${u-no} ${u:-no} ${e-no}. ${e:-no} ${x+yes} ${u+yes}. ${e:+yes}.
echo ${u=given} $u ${u:=again}; echo "${u:-"quoted }"}" ${n:-${u}${x%.gz}}
echo "${x%"."*}" ${x%$(echo .gz)} ${x#'hello'}
f() { local x=inner y; y=2; echo $x $y; g; x=changed; }
g() { echo "g sees $x"; }
y=1; f; echo $x $y
r() { local n=$1; [ $n -gt 0 ] && r $((n-1)); echo $n; }; r 3
set -- a 'b c' d; echo $# "$2"; set x y; echo $*; set --; echo $#
set -e; echo $-; set +e; false; echo alive
set -e; if false; then :; fi; false || echo or; ! true; while false; do :; done; echo still
(false; echo never); echo never2
