namespace Cluster.Mutations;

/// <summary>A format that the product reads from its users.</summary>
/// <param name="Name">As it is asked for.</param>
/// <param name="Samples">Good files of it.</param>
/// <param name="Read">Reads the sample's file in a folder as the product does, where all other samples are good.</param>
internal sealed record MutationKind(string Name, IReadOnlyList<MutationSample> Samples, Action<string, MutationSample> Read)
{
    private static readonly IReadOnlyDictionary<string, Func<MutationKind>> Makers = new Dictionary<string, Func<MutationKind>>(
        StringComparer.Ordinal)
    {
        ["onnx"] = NetworkKinds.Onnx,
        ["external"] = NetworkKinds.External,
        ["plan"] = NetworkKinds.Plan,
        ["preprocess"] = DataKinds.Preprocess,
        ["labels"] = DataKinds.Labels,
        ["idx"] = DataKinds.Idx,
        ["cifar10"] = DataKinds.Cifar10,
        ["npz"] = ArrayKinds.Npz,
        ["jpeg"] = PictureKinds.Jpeg,
        ["png"] = PictureKinds.Png,
    };

    /// <summary>All that there are.</summary>
    public static IEnumerable<string> Names => Makers.Keys;

    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static MutationKind Of(string name) => Makers.TryGetValue(name, out var make)
        ? make()
        : throw new ArgumentException($"There is no kind '{name}'; expected {string.Join(", ", Names)}.", nameof(name));
}
