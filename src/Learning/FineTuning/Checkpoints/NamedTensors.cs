using static TorchSharp.torch;

namespace Cluster.Learning.FineTuning.Checkpoints;

/// <summary>Tensors to save to and restore from a checkpoint, by name. Their owners keep them.</summary>
internal sealed class NamedTensors(IEnumerable<(string Name, Tensor Value)> tensors)
{
    private readonly Dictionary<string, Tensor> _tensors = tensors.ToDictionary(
        tensor => tensor.Name, tensor => tensor.Value, StringComparer.Ordinal);

    public Dictionary<string, float[]> Copy() =>
        _tensors.ToDictionary(tensor => tensor.Key, tensor => TensorFactory.ToFloats(tensor.Value), StringComparer.Ordinal);

    /// <summary>Copies the values into the tensors, in place.</summary>
    /// <param name="values">All of them, by the names of this set; others are ignored.</param>
    /// <exception cref="KernelException">A tensor is missing or has another size.</exception>
    public void Load(IReadOnlyDictionary<string, float[]> values)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var (name, tensor) in _tensors)
        {
            if (!values.TryGetValue(name, out float[]? value) || value.Length != tensor.NumberOfElements)
            {
                throw new KernelException(
                    $"The checkpoint has no tensor '{name}' of {tensor.NumberOfElements} elements; remove it to train from the beginning.");
            }

            tensor.copy_(TensorFactory.FromFloats(value, tensor.shape));
        }
    }
}
