namespace Cluster.Networks.Runtimes;

/// <summary>Keeps the calling thread on its current core, until disposed on the same thread.</summary>
internal sealed unsafe partial class ThreadPin : IDisposable
{
    private const int MaskWords = 128; // 8,192 cores: more than the kernel's largest cpumask
    private const int ThisThread = 0;

    private readonly ulong[] _before;

    private ThreadPin(ulong[] before) => _before = before;

    /// <summary>Null if the system does not allow it.</summary>
    public static ThreadPin? ToCurrentCore()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        ulong[] before = new ulong[MaskWords];
        int core = GetCore();
        if (core < 0 || core >= MaskWords * 64 || GetAffinity(ThisThread, (nuint)MaskWords * sizeof(ulong), before) != 0)
        {
            return null;
        }

        ulong[] one = new ulong[MaskWords];
        one[core / 64] = 1UL << (core % 64);
        Thread.BeginThreadAffinity();
        if (SetAffinity(ThisThread, (nuint)MaskWords * sizeof(ulong), one) == 0)
        {
            return new ThreadPin(before);
        }

        Thread.EndThreadAffinity();
        return null;
    }

    public void Dispose()
    {
        // Restoring the original mask can fail only if its cores were removed meanwhile; then the kernel has set its own.
        _ = SetAffinity(ThisThread, (nuint)MaskWords * sizeof(ulong), _before);
        Thread.EndThreadAffinity();
    }

    [LibraryImport("libc", EntryPoint = "sched_getcpu")]
    private static partial int GetCore();

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nuint bytes, [Out] ulong[] mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nuint bytes, [In] ulong[] mask);
}
