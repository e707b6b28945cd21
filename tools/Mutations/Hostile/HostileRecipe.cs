namespace Cluster.Mutations.Hostile;

/// <summary>What a hostile network is made of; a part of it can be left out to find the smallest that still fails.</summary>
internal sealed record HostileRecipe
{
    private const int MostParts = 5;

    public required int Seed { get; init; }

    public required int Opset { get; init; }

    /// <summary>Samples of a run; -1: any number.</summary>
    public required long Batch { get; init; }

    public required bool HasHostileNames { get; init; }

    public required bool HasHostileConstants { get; init; }

    public required bool ListsInitializers { get; init; }

    /// <summary>0: images, 1: tokens, 2: vectors.</summary>
    public required int Domain { get; init; }

    /// <summary>0: normal, 1: pixels from 0 to 255, 2: one value in all calibration is 10,000.</summary>
    public required int Data { get; init; }

    public required string Method { get; init; }

    /// <summary>The seed of each part; it chooses among the parts that fit.</summary>
    public required int[] Parts { get; init; }

    public static HostileRecipe Of(int seed)
    {
        var random = new Random(seed);
        return new HostileRecipe
        {
            Seed = seed,
            Opset = random.Next(7, 22),
            Batch = random.Next(5) switch { 0 => 1, 1 => random.Next(2) == 0 ? 4 : 5, _ => -1 },
            HasHostileNames = random.Next(2) == 0,
            HasHostileConstants = random.Next(2) == 0,
            ListsInitializers = random.Next(10) == 0,
            Domain = random.Next(3),
            Data = random.Next(8) switch { 0 => 1, 1 => 2, _ => 0 },
            Method = random.Next(4) switch { 0 => "max", 1 => "percentile", _ => "mse" },
            Parts = [.. Enumerable.Range(0, random.Next(1, MostParts + 1)).Select(_ => random.Next())],
        };
    }

    public float Draw(Random random) =>
        Data == 1 ? random.Next(256) : (float)((random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2);

    /// <summary>The network with its parts, and a last layer.</summary>
    public HostileNet Build()
    {
        var net = new HostileNet(this);
        foreach (int part in Parts)
        {
            net.Random = new Random(part);
            HostileParts.Add(net);
        }

        return net;
    }

    /// <summary>The same with one thing less.</summary>
    public IEnumerable<HostileRecipe> Smaller()
    {
        for (int i = 0; i < Parts.Length && Parts.Length > 1; i++)
        {
            yield return this with { Parts = [.. Parts[..i], .. Parts[(i + 1)..]] };
        }

        if (HasHostileNames)
        {
            yield return this with { HasHostileNames = false };
        }

        if (HasHostileConstants)
        {
            yield return this with { HasHostileConstants = false };
        }

        if (ListsInitializers)
        {
            yield return this with { ListsInitializers = false };
        }

        if (Batch > 0)
        {
            yield return this with { Batch = -1 };
        }

        if (Data > 0)
        {
            yield return this with { Data = 0 };
        }

        if (Opset != 17)
        {
            yield return this with { Opset = 17 };
        }
    }

    public override string ToString() =>
        $"seed {Seed}: opset {Opset}, batch {Batch}, {(HasHostileNames ? "hostile names, " : "")}"
        + $"{(HasHostileConstants ? "hostile constants, " : "")}{(ListsInitializers ? "constants among the inputs, " : "")}"
        + $"domain {Domain}, data {Data}, {Method}, parts {string.Join(' ', Parts)}";
}
