using System.Buffers;
using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Runtimes;

/// <summary>Inputs of a run as native values over their own bytes, which stay where they are until this is disposed.</summary>
internal sealed unsafe class OrtInputValues : IDisposable
{
    private readonly OrtSession _session;
    private readonly MemoryHandle[] _pins;

    public OrtInputValues(OrtSession session, IReadOnlyList<TensorData> inputs)
    {
        _session = session;
        _pins = [.. inputs.Select(input => input.Bytes.Pin())];
        Values = new nint[inputs.Count];
        try
        {
            for (int i = 0; i < Values.Length; i++)
            {
                Values[i] = session.NewValue(_pins[i].Pointer, (nuint)inputs[i].Bytes.Length, inputs[i].Shape, inputs[i].Type);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>One for each input, in order.</summary>
    public nint[] Values { get; }

    public void Dispose()
    {
        Array.ForEach(Values, _session.Release);
        Array.ForEach(_pins, pin => pin.Dispose());
    }
}
