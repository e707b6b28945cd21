using System.Runtime.InteropServices;

namespace Cluster.Silo.Workers.Child;

/// <summary>Linux calls that .NET lacks: process groups, parent-death signals, kill, owners of files.</summary>
internal static unsafe partial class LinuxProcess
{
    /// <summary>SIGKILL.</summary>
    public const int Kill = 9;

    private const int ParentDeathSignal = 1; // PR_SET_PDEATHSIG
    private const int CoreSize = 4; // RLIMIT_CORE
    private const int WorkingFolder = -100; // AT_FDCWD
    private const uint UserId = 8; // STATX_UID
    private const int UserIdAt = 20;
    private const int StatusLength = 256;

    /// <summary>Makes this process the leader of its own group, without core files, that ends when its parent does.</summary>
    /// <param name="parent">The parent's process id.</param>
    /// <returns>False if the parent is already gone.</returns>
    public static bool BecomeChild(int parent)
    {
        // A failure here costs protection, not correctness: the child also notices the end of the pipe.
        _ = setpgid(0, 0);
        _ = prctl(ParentDeathSignal, Kill, 0, 0, 0);
        ulong* none = stackalloc ulong[2];
        none[0] = none[1] = 0;
        _ = setrlimit(CoreSize, none);

        // The parent may have died before the signal was requested.
        return getppid() == parent;
    }

    /// <summary>
    /// Makes the system kill this process before others of its size when memory runs out. A failure costs protection only.
    /// </summary>
    public static void OfferForMemory()
    {
        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", "500");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // Not Linux, or a container that does not allow it.
        }
    }

    /// <summary>Kills a running process and everything it started.</summary>
    public static void End(int process)
    {
        // Before it has created its group there is only the process itself.
        EndGroup(process);
        _ = kill(process, Kill);
    }

    /// <summary>Kills everything a process started. The process itself may be gone and its number reused.</summary>
    public static void EndGroup(int leader) => _ = kill(-leader, Kill);

    /// <summary>Whether a file is this process's user's, who may then change its mode.</summary>
    public static bool Owns(string path)
    {
        byte* status = stackalloc byte[StatusLength];
        return statx(WorkingFolder, path, 0, UserId, status) == 0 && *(uint*)(status + UserIdAt) == geteuid();
    }

    [LibraryImport("libc")]
    private static partial uint geteuid();

    // Its layout is the same on every processor, unlike stat's.
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, byte* status);

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
}
