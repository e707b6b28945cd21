namespace Cluster.Silo.Workers.Child;

/// <summary>The consequence for an item if its child ended by itself.</summary>
internal static class ExitDiagnosis
{
    // 128 + the signal's number, as in shells and .NET.
    private const int Signalled = 128;
    private const int Interrupt = 2;
    private const int HangUp = 1;
    private const int Terminate = 15;

    private static readonly Dictionary<int, string> Signals = new()
    {
        [3] = "SIGQUIT",
        [4] = "SIGILL",
        [5] = "SIGTRAP",
        [6] = "SIGABRT",
        [7] = "SIGBUS",
        [8] = "SIGFPE",
        [11] = "SIGSEGV",
        [31] = "SIGSYS",
    };

    /// <summary>The failure.</summary>
    /// <param name="code">The exit code.</param>
    /// <param name="memoryRanOut">Whether the kernel's OOM killer was active meanwhile, or the child was near its
    /// limit.</param>
    /// <param name="output">The end of its output.</param>
    public static FailedResult Of(int code, bool memoryRanOut, string output)
    {
        var (kind, what) = (code - Signalled) switch
        {
            LinuxProcess.Kill when memoryRanOut => (FailureKind.OutOfMemory, "was ended by the system when memory ran out"),
            LinuxProcess.Kill or Terminate or Interrupt or HangUp => (FailureKind.HostLost, "was ended from outside"),
            > 0 and var signal => (FailureKind.NativeCrash, $"was ended by {Signals.GetValueOrDefault(signal, $"signal {signal}")}"),
            _ => (FailureKind.NativeCrash, $"ended with code {code} and no report"),
        };
        if (kind == FailureKind.NativeCrash && EvaluationFailures.IsOutOfMemory(output))
        {
            kind = FailureKind.OutOfMemory;
        }

        return new FailedResult(kind, WithOutput($"The evaluator's process {what}.", output));
    }

    /// <summary>A reason with the end of the child's output.</summary>
    public static string WithOutput(string reason, string output) => output.Length == 0 ? reason : $"{reason} Its last output: {output}";
}
