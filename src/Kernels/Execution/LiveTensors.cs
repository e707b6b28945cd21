using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// The tensors of one batch that later nodes still read. A borrowed set reads through to its lender and owns only what it adds:
/// this is the prefix cache, where twenty candidates run on from one FP32 prefix without copying it.
/// </summary>
internal sealed class LiveTensors : IDisposable
{
    private readonly Dictionary<string, Tensor> _own = new(StringComparer.Ordinal);
    private readonly LiveTensors? _lender;

    public LiveTensors()
    {
    }

    private LiveTensors(LiveTensors lender) => _lender = lender;

    /// <summary>When set, tensors that cross from one group to another are kept after their last use, to be lent.</summary>
    public bool RetainsCrossings { get; init; }

    public LiveTensors Borrow() => new(this);

    public Tensor Get(string name) => TryGet(name, out var tensor) ? tensor : throw new InvalidOperationException($"Tensor '{name}' is read before it is computed.");

    public bool TryGet(string name, out Tensor tensor) =>
        _own.TryGetValue(name, out tensor!) || (_lender is not null && _lender.TryGet(name, out tensor!));

    /// <summary>Takes ownership.</summary>
    public void Set(string name, Tensor tensor)
    {
        Drop(name);
        _own[name] = tensor;
    }

    /// <summary>Takes over what a set borrowed from this one has added.</summary>
    public void Absorb(LiveTensors borrower)
    {
        foreach (var (name, tensor) in borrower._own)
        {
            Set(name, tensor);
        }

        borrower._own.Clear();
    }

    /// <summary>Forgets an own tensor; a lent one stays with its owner.</summary>
    public void Drop(string name)
    {
        if (_own.Remove(name, out var tensor))
        {
            tensor.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _own.Values)
        {
            tensor.Dispose();
        }

        _own.Clear();
    }
}
