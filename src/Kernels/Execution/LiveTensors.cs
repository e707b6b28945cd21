using System.Collections.ObjectModel;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// The tensors of one batch that later nodes still read, each with its quantized view if some readers see one. A borrowed set reads through
/// to its lender and owns only what it adds: this is the prefix cache, where twenty candidates continue from one FP32 prefix without
/// copying it.
/// </summary>
internal sealed class LiveTensors : IDisposable
{
    private readonly Dictionary<string, Tensor> _own = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _views = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _lent = new(StringComparer.Ordinal);
    private readonly LiveTensors? _lender;

    public LiveTensors()
    {
    }

    private LiveTensors(LiveTensors lender) => _lender = lender;

    /// <summary>Tensors to keep after their last use, so that they can be lent.</summary>
    public IReadOnlySet<string> Retained { get; init; } = ReadOnlySet<string>.Empty;

    public LiveTensors Borrow() => new(this);

    public Tensor Get(string name) =>
        TryGet(name, out var tensor) ? tensor : throw new InvalidOperationException($"Tensor '{name}' is read before it is computed.");

    public bool TryGet(string name, out Tensor tensor) =>
        _own.TryGetValue(name, out tensor!)
        || _lent.TryGetValue(name, out tensor!)
        || (_lender is not null && _lender.TryGet(name, out tensor!));

    public bool TryGetView(string name, out Tensor view) =>
        _views.TryGetValue(name, out view!) || (_lender is not null && _lender.TryGetView(name, out view!));

    /// <summary>Takes ownership.</summary>
    public void Set(string name, Tensor tensor)
    {
        Drop(_own, name);
        _own[name] = tensor;
    }

    /// <summary>Sets the view of a tensor that some readers see; takes ownership.</summary>
    public void SetView(string name, Tensor view)
    {
        Drop(_views, name);
        _views[name] = view;
    }

    /// <summary>Adds a tensor that the caller keeps.</summary>
    public void Lend(string name, Tensor tensor) => _lent[name] = tensor;

    /// <summary>Hands a tensor over to the caller.</summary>
    public Tensor Take(string name) => _own.Remove(name, out var tensor)
        ? tensor
        : throw new InvalidOperationException($"Tensor '{name}' is taken before it is computed.");

    /// <summary>Hands all own tensors and views over, by name.</summary>
    public void HandOver(Action<string, Tensor> tensor, Action<string, Tensor> view)
    {
        HandOver(_own, tensor);
        HandOver(_views, view);
    }

    /// <summary>After a tensor's last use: drops it unless it is <see cref="Retained"/>.</summary>
    public void Release(string name)
    {
        if (!Retained.Contains(name))
        {
            Drop(name);
        }
    }

    /// <summary>Drops a tensor and its view; a lent one stays with its owner.</summary>
    public void Drop(string name)
    {
        Drop(_own, name);
        Drop(_views, name);
        _lent.Remove(name);
    }

    public void Dispose()
    {
        _own.Values.Concat(_views.Values).DisposeAll();

        _own.Clear();
        _views.Clear();
    }

    private static void HandOver(Dictionary<string, Tensor> tensors, Action<string, Tensor> taker)
    {
        foreach (var (name, tensor) in tensors)
        {
            taker(name, tensor);
        }

        tensors.Clear();
    }

    private static void Drop(Dictionary<string, Tensor> tensors, string name)
    {
        if (tensors.Remove(name, out var tensor))
        {
            tensor.Dispose();
        }
    }
}
