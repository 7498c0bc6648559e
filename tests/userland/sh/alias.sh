# Aliases: names of commands, parts of commands, themselves, in functions, by quotes not.
alias say='echo said'
say one
alias say
alias echo='echo again'
echo two
\echo three
'say' four 2>/dev/null || \echo "quoted: no alias"
unalias echo
alias one=two two=three three='echo three'
one last
alias loop='for i in 1 2 3; do'
loop echo $i; done
alias both='echo a; echo b'
both c | cat
A=1 B=2 say five
if say six; then say seven; fi
(say eight) && { say nine; }
f() { say from f $1; }
f 1
unalias say
f 2
say 2>/dev/null || echo gone
alias p='echo "it'"'"'s"'
p
alias ls='ls -a'
g() { ls -d .; }
g
g
unalias -a
alias
alias nothing 2>/dev/null || echo "no such alias"
unalias nothing 2>/dev/null || echo "no such alias"
eval 'alias e="echo in eval"
e yes'
echo x; alias late='echo late'
late
