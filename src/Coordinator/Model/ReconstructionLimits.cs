namespace Cluster.Coordinator.Model;

#pragma warning disable CA1515 // The client compiles it too, which does not know this library and is an application.
/// <summary>What a job may ask of its reconstruction.</summary>
public static class ReconstructionLimits
{
    /// <summary>Iterations a block, a layer for AdaRound, where nothing else is said: a cheap reconstruction, as PPQ has it.</summary>
    public const int UsualIterations = 500;

    /// <summary>The most iterations a block that may be asked for.</summary>
    public const int MostIterations = 100_000;
}
