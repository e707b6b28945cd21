using System.Runtime.InteropServices;

namespace Cluster.Harness.Synthetic;

/// <summary>Poison at work. All but <see cref="PoisonVerb.Nan"/> end this process, or have it ended.</summary>
internal static partial class PoisonAct
{
    private const int Step = 16 << 20;

    // Slightly above the limit: enough for the watcher to see. Never more than a machine can spare, where no small limit was given.
    private const double Beyond = 1.25;
    private const long Most = 2L << 30;

    /// <summary>Acts.</summary>
    /// <param name="verb">What to do.</param>
    /// <param name="memory">Bytes above which this process is to be ended.</param>
    public static WorkResult Do(PoisonVerb verb, long memory)
    {
        switch (verb)
        {
            case PoisonVerb.Oom:
                TakeMemory(Math.Min((long)(memory * Beyond), Most));
                Thread.Sleep(Timeout.Infinite);
                break;
            case PoisonVerb.Hang:
                Thread.Sleep(Timeout.Infinite);
                break;
            case PoisonVerb.Segv:
                WriteToNowhere();
                break;
            case PoisonVerb.Exit:
                Environment.Exit(0);
                break;
        }

        return Told(verb);
    }

    /// <summary>The failure that the poison leads to.</summary>
    public static FailedResult Told(PoisonVerb verb) => verb switch
    {
        PoisonVerb.Nan => new FailedResult(FailureKind.NotFinite, "Synthetic poison: the outputs are not finite."),
        PoisonVerb.Oom => new FailedResult(FailureKind.OutOfMemory, "Synthetic poison: memory ran out."),
        PoisonVerb.Hang => new FailedResult(FailureKind.DeadlineExceeded, "Synthetic poison: it does not end."),
        _ => new FailedResult(FailureKind.NativeCrash, "Synthetic poison: the process ended."),
    };

    // A real segmentation fault, in native code.
    private static unsafe void WriteToNowhere() => memset(64, 1, 64);

    [LibraryImport("libc")]
    private static unsafe partial void* memset(nint destination, int value, nuint count);

    // Touch every page: reserved memory alone does not count.
    private static unsafe void TakeMemory(long bytes)
    {
        for (long taken = 0; taken < bytes; taken += Step)
        {
            NativeMemory.Fill(NativeMemory.Alloc(Step), Step, 1);
        }
    }
}
