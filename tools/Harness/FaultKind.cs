namespace Cluster.Harness;

/// <summary>What is done to a silo.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL; started again after a while.</summary>
    Kill,

    /// <summary>SIGSTOP for 40 s, then SIGCONT. If the others have declared it lost, it ends itself and is started again.</summary>
    Freeze,

    /// <summary>The same for 90 s.</summary>
    Hang,

    /// <summary>SIGKILL of one of its evaluators, which it replaces.</summary>
    Evaluator,

    /// <summary>SIGTERM: it hands its work over and ends; started again after a while.</summary>
    Drain,
}
