using System.Runtime.InteropServices;
using Cluster.Coordinator.Work;
using Cluster.Silo.Workers.Child;
using Cluster.Simulation;

namespace Cluster.Silo.Workers.Synthetic;

/// <summary>Poison at work. All but <see cref="PoisonVerb.Nan"/> end this process, or have it ended.</summary>
internal static class PoisonAct
{
    private const int Step = 16 << 20;

    // Somewhat above the limit, so that what watches has something to see, and no more: the machine is others' too.
    private const double Beyond = 1.25;

    /// <summary>Acts.</summary>
    /// <param name="verb">What to do.</param>
    /// <param name="memoryLimit">Bytes; 0: memory is not taken but reported as refused.</param>
    public static WorkResult Do(PoisonVerb verb, long memoryLimit)
    {
        switch (verb)
        {
            case PoisonVerb.Oom when memoryLimit > 0:
                TakeMemory((long)(memoryLimit * Beyond));
                Thread.Sleep(Timeout.Infinite);
                break;
            case PoisonVerb.Hang:
                Thread.Sleep(Timeout.Infinite);
                break;
            case PoisonVerb.Segv:
                LinuxProcess.WriteToNowhere();
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

    // Touched page by page: what is only reserved takes no memory.
    private static unsafe void TakeMemory(long bytes)
    {
        for (long taken = 0; taken < bytes; taken += Step)
        {
            NativeMemory.Fill(NativeMemory.Alloc(Step), Step, 1);
        }
    }
}
