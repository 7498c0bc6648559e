/* false: failure, whatever the arguments. */
int main(void)
{
    return 1;
}
