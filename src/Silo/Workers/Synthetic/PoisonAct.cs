using System.Runtime.InteropServices;
using Cluster.Coordinator.Work;
using Cluster.Silo.Workers.Child;
using Cluster.Simulation;

namespace Cluster.Silo.Workers.Synthetic;

/// <summary>Carries out poison. All kinds except <see cref="PoisonVerb.Nan"/> end this process, or have it killed.</summary>
internal static class PoisonAct
{
    private const int Step = 16 << 20;

    // Slightly above the limit: enough for the watcher to see, without starving the machine.
    private const double Beyond = 1.25;

    /// <summary>Carries it out.</summary>
    /// <param name="verb">The kind of poison.</param>
    /// <param name="memoryLimit">The limit in bytes; 0: nothing is allocated, and a refusal is reported.</param>
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

    // Touch every page: reserved memory alone does not count.
    private static unsafe void TakeMemory(long bytes)
    {
        for (long taken = 0; taken < bytes; taken += Step)
        {
            NativeMemory.Fill(NativeMemory.Alloc(Step), Step, 1);
        }
    }
}
