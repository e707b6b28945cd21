using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Parking;

/// <summary>
/// The content of <see cref="LiveTensors"/> at a cut of the network, stored until the next group runs: a group fetches the tensors it
/// reads, and the tensors it adds are stored too. Not thread-safe.
/// </summary>
internal sealed class ParkedTensors(SpillSpace space) : IDisposable
{
    private readonly Dictionary<(string Name, bool IsView), ParkedTensor> _tensors = [];

    /// <summary>Takes ownership.</summary>
    public void Park(string name, Tensor tensor) => Put((name, false), new ParkedTensor(space, tensor));

    /// <summary>Takes over all tensors that a run owns.</summary>
    public void Park(LiveTensors run) => run.HandOver(Park, (name, view) => Put((name, true), new ParkedTensor(space, view)));

    /// <summary>The named tensors that are stored here, with their views. The caller disposes them.</summary>
    public LiveTensors Fetch(IEnumerable<string> names)
    {
        var live = new LiveTensors();
        try
        {
            foreach (string name in names)
            {
                if (_tensors.TryGetValue((name, false), out var tensor))
                {
                    live.Set(name, tensor.Fetch());
                }

                if (_tensors.TryGetValue((name, true), out var view))
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

    /// <summary>All tensors stored here. The caller disposes them.</summary>
    public LiveTensors Fetch() => Fetch(_tensors.Keys.Select(key => key.Name).Distinct(StringComparer.Ordinal));

    /// <summary>Takes over all tensors of another instance.</summary>
    public void Absorb(ParkedTensors other)
    {
        foreach (var (key, parked) in other._tensors)
        {
            Put(key, parked);
        }

        other._tensors.Clear();
    }

    /// <summary>Drops a tensor and its view.</summary>
    public void Drop(string name)
    {
        Drop((name, false));
        Drop((name, true));
    }

    public void Dispose()
    {
        _tensors.Values.DisposeAll();

        _tensors.Clear();
    }

    private void Put((string Name, bool IsView) key, ParkedTensor parked)
    {
        Drop(key);
        _tensors[key] = parked;
    }

    private void Drop((string Name, bool IsView) key)
    {
        if (_tensors.Remove(key, out var parked))
        {
            parked.Dispose();
        }
    }
}
