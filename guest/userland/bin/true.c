/* true: success, whatever the arguments. */
int main(void)
{
    return 0;
}
