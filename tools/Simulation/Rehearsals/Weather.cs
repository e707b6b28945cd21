namespace Cluster.Simulation.Rehearsals;

/// <summary>What goes wrong in a rehearsal, drawn from its seed.</summary>
internal sealed record Weather
{
    /// <summary>Nothing does.</summary>
    public static Weather Fine { get; } = new();

    /// <summary>Share of the messages, calls and answers alike, that never arrive.</summary>
    public double Lost { get; init; }

    /// <summary>Share of the calls that arrive twice.</summary>
    public double Doubled { get; init; }

    /// <summary>Crashes of nodes, evenly spread; each comes back a minute later under another id.</summary>
    public int Crashes { get; init; }

    /// <summary>The seconds that crashes are spread over.</summary>
    public double CrashSeconds { get; init; } = 300;

    /// <summary>Nodes that take ten times as long.</summary>
    public int Slow { get; init; }

    /// <summary>Nodes that fail everything at once.</summary>
    public int Bad { get; init; }

    /// <summary>Nodes whose device always fails.</summary>
    public int Faulty { get; init; }

    /// <summary>Nodes with which something is wrong.</summary>
    public int Harmed => Slow + Bad + Faulty;

    /// <summary>What is wrong with a node: the first ones are slow, the next ones bad, then come the faulty ones.</summary>
    /// <param name="number">From 0.</param>
    public NodeHarm Of(int number) => number < Slow ? NodeHarm.Slow
        : number < Slow + Bad ? NodeHarm.Bad
        : number < Harmed ? NodeHarm.FaultyDevice
        : NodeHarm.None;
}
