using System.Runtime.InteropServices;

namespace Cluster.Harness;

/// <summary>Signals to processes, by their Linux numbers.</summary>
internal static partial class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;
    public const int BadSystemCall = 31;

    /// <summary>Sends one.</summary>
    /// <returns>Whether there is such a process.</returns>
    public static bool Send(int process, int signal) => kill(process, signal) == 0;

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
