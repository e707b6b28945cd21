using System.Runtime.InteropServices;

namespace Cluster.Silo.Workers.Child;

/// <summary>What .NET has no call for: process groups, the parent's death, signals.</summary>
internal static unsafe partial class LinuxProcess
{
    /// <summary>SIGKILL.</summary>
    public const int Kill = 9;

    private const int ParentDeathSignal = 1; // PR_SET_PDEATHSIG
    private const int CoreSize = 4; // RLIMIT_CORE

    /// <summary>Makes this process the leader of a group of its own, without core files, that ends when its parent does.</summary>
    /// <param name="parent">The parent's process id.</param>
    /// <returns>False where the parent is gone already.</returns>
    public static bool BecomeChild(int parent)
    {
        // Failing, these leave the child with less protection than wanted, not with a wrong result: the pipe's end is noticed all the same.
        _ = setpgid(0, 0);
        _ = prctl(ParentDeathSignal, Kill, 0, 0, 0);
        ulong* none = stackalloc ulong[2];
        none[0] = none[1] = 0;
        _ = setrlimit(CoreSize, none);

        // The parent may have died before the signal was asked for.
        return getppid() == parent;
    }

    /// <summary>Ends a running process and whatever it started.</summary>
    public static void End(int process)
    {
        // Before it has made its group there is only the process itself.
        EndGroup(process);
        _ = kill(process, Kill);
    }

    /// <summary>Ends what a process started that may be gone itself, so that its number may be another's.</summary>
    public static void EndGroup(int leader) => _ = kill(-leader, Kill);

    /// <summary>A real segmentation fault, in native code.</summary>
    public static void WriteToNowhere() => memset(64, 1, 64);

    [LibraryImport("libc")]
    private static partial int setpgid(int process, int group);

    [LibraryImport("libc")]
    private static partial int prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc")]
    private static partial int setrlimit(int resource, ulong* limit);

    [LibraryImport("libc")]
    private static partial int getppid();

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc")]
    private static partial void* memset(nint destination, int value, nuint count);
}
