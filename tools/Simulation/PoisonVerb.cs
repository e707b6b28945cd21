namespace Cluster.Simulation;

/// <summary>What a poisoned item does to its evaluator.</summary>
public enum PoisonVerb
{
    /// <summary>Its outputs are not finite.</summary>
    Nan,

    /// <summary>It takes memory until it is stopped.</summary>
    Oom,

    /// <summary>It does not end, cancelled or not.</summary>
    Hang,

    /// <summary>It writes where there is no memory, in native code.</summary>
    Segv,

    /// <summary>It ends the process with code 0 and no word.</summary>
    Exit,
}
