using System.Runtime.InteropServices;
using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Runtimes;

/// <summary>Names, types and declared shapes of a session's inputs and outputs.</summary>
internal sealed unsafe class OrtSignature
{
    private const string Failure = "ONNX Runtime does not tell the network's inputs and outputs";

    private readonly OrtInstance _ort;
    private readonly (OrtShape Shape, ElementType Type)[] _inputs;
    private readonly (OrtShape Shape, ElementType Type)[] _outputs;
    private readonly List<byte[]> _nativeNames = [];

    public OrtSignature(OrtInstance ort, nint session)
    {
        _ort = ort;
        OrtApi api = ort.Api;
        nuint count;
        api.Check(api.SessionGetInputCount(session, &count), Failure);
        (InputNames, _inputs) = Read(session, (int)count, api.SessionGetInputName, api.SessionGetInputTypeInfo);
        api.Check(api.SessionGetOutputCount(session, &count), Failure);
        (OutputNames, _outputs) = Read(session, (int)count, api.SessionGetOutputName, api.SessionGetOutputTypeInfo);

        // Names for the runs of a timing loop: pinned for good, so a run allocates nothing.
        NativeInputNames = Pinned(InputNames);
        NativeOutputNames = Pinned(OutputNames);
    }

    public string[] InputNames { get; }

    public string[] OutputNames { get; }

    /// <summary>Pointers to the names, pinned.</summary>
    public nint[] NativeInputNames { get; }

    /// <summary>Pointers to the names, pinned.</summary>
    public nint[] NativeOutputNames { get; }

    public OrtShape Input(int index) => _inputs[index].Shape;

    public OrtShape Output(int index) => _outputs[index].Shape;

    public void RequireSingleFloat()
    {
        if (_inputs is not [{ Type: ElementType.Float }] || _outputs is not [{ Type: ElementType.Float }])
        {
            throw new KernelException(
                $"The network has the inputs {string.Join(", ", InputNames)} and the outputs {string.Join(", ", OutputNames)}, "
                + "but one float input and one float output are needed here: pass named tensors.");
        }
    }

    /// <summary>Refuses inputs that are not those of the network, or a first output that is not float.</summary>
    public void Require(IReadOnlyList<TensorData> inputs)
    {
        if (inputs.Count != _inputs.Length || !inputs.Zip(_inputs).All(pair => pair.First.Type == pair.Second.Type)
            || _outputs is not [{ Type: ElementType.Float }, ..])
        {
            throw new KernelException(
                $"Inputs of {string.Join(", ", inputs.Select(input => input.Type))} were given; the network takes "
                + $"{string.Join(", ", InputNames.Zip(_inputs, (name, input) => $"'{name}' ({input.Type})"))} and is to give float.");
        }
    }

    /// <summary>Types and shapes of all outputs for given inputs; null where only a run can tell.</summary>
    public (ElementType Type, long[] Shape)[]? Outputs(IReadOnlyList<TensorData> inputs)
    {
        if (inputs.Count != 1)
        {
            return null;
        }

        long[]?[] shapes = [.. _outputs.Select(output => output.Shape.Resolve(_inputs[0].Shape, inputs[0].Shape))];
        return shapes.Contains(null) ? null : [.. _outputs.Zip(shapes, (output, shape) => (output.Type, shape!))];
    }

    private nint[] Pinned(string[] names)
    {
        nint[] pointers = GC.AllocateArray<nint>(names.Length, pinned: true);
        for (int i = 0; i < names.Length; i++)
        {
            byte[] text = System.Text.Encoding.UTF8.GetBytes(names[i]);
            byte[] terminated = GC.AllocateArray<byte>(text.Length + 1, pinned: true);
            text.CopyTo(terminated, 0);
            _nativeNames.Add(terminated);
            pointers[i] = Marshal.UnsafeAddrOfPinnedArrayElement(terminated, 0);
        }

        return pointers;
    }

    private (string[] Names, (OrtShape Shape, ElementType Type)[] Types) Read(
        nint session,
        int count,
        delegate* unmanaged<nint, nuint, nint, byte**, nint> getName,
        delegate* unmanaged<nint, nuint, nint*, nint> getType)
    {
        string[] names = new string[count];
        (OrtShape Shape, ElementType Type)[] types = new (OrtShape Shape, ElementType Type)[count];
        for (int i = 0; i < count; i++)
        {
            byte* text;
            _ort.Api.Check(getName(session, (nuint)i, _ort.Allocator, &text), Failure);
            names[i] = OrtRuntime.Text(text);
            _ort.Api.Check(_ort.Api.AllocatorFree(_ort.Allocator, text), Failure);
            nint info;
            _ort.Api.Check(getType(session, (nuint)i, &info), Failure);
            try
            {
                types[i] = OrtValueReader.Describe(_ort.Api, info);
            }
            finally
            {
                _ort.Api.ReleaseTypeInfo(info);
            }
        }

        return (names, types);
    }
}
