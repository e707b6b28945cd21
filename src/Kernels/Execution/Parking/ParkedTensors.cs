using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Parking;

/// <summary>
/// What <see cref="LiveTensors"/> hold at a cut of the network, put away until the next group is run: a group sees the
/// tensors that it reads, and what it adds is put away too. Not thread-safe.
/// </summary>
internal sealed class ParkedTensors(TensorSpace space) : IDisposable
{
    private readonly Dictionary<string, ParkedTensor> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ParkedTensor> _views = new(StringComparer.Ordinal);

    /// <summary>Takes ownership.</summary>
    public void Park(string name, Tensor tensor) => Replace(_tensors, name, space.Park(tensor));

    /// <summary>Takes over all that a run owns.</summary>
    public void Park(LiveTensors run)
    {
        run.HandOver(Park, (name, view) => Replace(_views, name, space.Park(view)));
    }

    /// <summary>The named ones that are here, with their views. The caller disposes them.</summary>
    public LiveTensors Fetch(IEnumerable<string> names)
    {
        var live = new LiveTensors();
        try
        {
            foreach (string name in names)
            {
                if (_tensors.TryGetValue(name, out var tensor))
                {
                    live.Set(name, tensor.Fetch());
                }

                if (_views.TryGetValue(name, out var view))
                {
                    live.SetView(name, view.Fetch());
                }
            }

            return live;
        }
        catch
        {
            live.Dispose();
            throw;
        }
    }

    /// <summary>All that is here. The caller disposes them.</summary>
    public LiveTensors Fetch() => Fetch(_tensors.Keys.Union(_views.Keys));

    /// <summary>Takes over all that another one holds.</summary>
    public void Absorb(ParkedTensors other)
    {
        Move(other._tensors, _tensors);
        Move(other._views, _views);
    }

    /// <summary>Forgets a tensor and its view.</summary>
    public void Drop(string name)
    {
        Drop(_tensors, name);
        Drop(_views, name);
    }

    public void Dispose()
    {
        foreach (var parked in _tensors.Values.Concat(_views.Values))
        {
            parked.Dispose();
        }

        _tensors.Clear();
        _views.Clear();
    }

    private static void Move(Dictionary<string, ParkedTensor> from, Dictionary<string, ParkedTensor> to)
    {
        foreach (var (name, parked) in from)
        {
            Replace(to, name, parked);
        }

        from.Clear();
    }

    private static void Replace(Dictionary<string, ParkedTensor> tensors, string name, ParkedTensor parked)
    {
        Drop(tensors, name);
        tensors[name] = parked;
    }

    private static void Drop(Dictionary<string, ParkedTensor> tensors, string name)
    {
        if (tensors.Remove(name, out var parked))
        {
            parked.Dispose();
        }
    }
}
