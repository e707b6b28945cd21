namespace Cluster.Coordinator.Model;

/// <summary>One group of the network: the unit of one kernel on the target and of one decision.</summary>
/// <param name="Name">Its name, unique in the network.</param>
/// <param name="Operators">The ONNX operators it joins, in order: "Conv", "Relu".</param>
/// <param name="Macs">Multiply-accumulates per image.</param>
/// <param name="Parameters">Number of weights.</param>
/// <param name="Description">One line for reports.</param>
/// <param name="FloatMacs">The part of <paramref name="Macs"/> that stays in FP32 in every format of the group; null: none.</param>
/// <param name="Lacks">The offered formats that make no difference to it, as nothing in it has them; null: none.</param>
public sealed record GroupInfo(
    string Name,
    IReadOnlyList<string> Operators,
    long Macs,
    long Parameters,
    string Description,
    long? FloatMacs = null,
    IReadOnlyList<GroupFormat>? Lacks = null)
{
    /// <summary>Whether the group may have an offered format.</summary>
    public bool Takes(GroupFormat format) => Lacks?.Contains(format) != true;
}
