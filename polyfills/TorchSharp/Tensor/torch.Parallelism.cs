using TorchSharp.PInvoke;

namespace TorchSharp;

public static partial class torch
{
    public static unsafe int get_num_threads()
    {
        int threads;
        NativeMethods.Check(NativeMethods.ck_get_threads(&threads));
        return threads;
    }

    public static void set_num_threads(int num) => NativeMethods.Check(NativeMethods.ck_set_threads(num));
}
