namespace Cluster.Harness;

/// <summary>What is done to a silo.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL; started again after a while.</summary>
    Kill,

    /// <summary>SIGSTOP for a while, then SIGCONT. If the others have declared it lost, it ends itself and is started again.</summary>
    Freeze,

    /// <summary>SIGTERM: it hands its work over and ends; started again after a while.</summary>
    Drain,
}
