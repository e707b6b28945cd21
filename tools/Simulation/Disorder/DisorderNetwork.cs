namespace Cluster.Simulation.Disorder;

/// <summary>A network that makes every strategy search, small enough that thousands of jobs take seconds.</summary>
public static class DisorderNetwork
{
    /// <summary>Three groups, one of which loses what may not be lost; the gate refuses another, and the end is verified.</summary>
    public static SyntheticNetwork For(StrategyKind strategy)
    {
        var network = new SyntheticNetwork
        {
            Damage = [0.001, 0.05, 0.001],
            Float32Ms = [1, 0.8, 1.2],
            Int8Ms = [0.4, 0.5, 0.4],
            Images = 128,
            Differs = static (_, group) => group is "g02",
        };
        return network with
        {
            Spec = network.Spec with
            {
                Options = network.Spec.Options with
                {
                    Strategy = strategy,
                    Methods = ["mse"],
                    MaxDrop = 0.02,
                },
            },
        };
    }
}
