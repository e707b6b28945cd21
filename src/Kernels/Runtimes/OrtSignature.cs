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
    private readonly byte[] _nativeNames;

    public OrtSignature(OrtInstance ort, nint session)
    {
        _ort = ort;
        OrtApi api = ort.Api;
        nuint count;
        api.Check(api.SessionGetInputCount(session, &count), Failure);
        (InputNames, _inputs) = Read(session, (int)count, api.SessionGetInputName, api.SessionGetInputTypeInfo);
        api.Check(api.SessionGetOutputCount(session, &count), Failure);
        (OutputNames, _outputs) = Read(session, (int)count, api.SessionGetOutputName, api.SessionGetOutputTypeInfo);

        // First input's and output's names for the runs of a timing loop: pinned for good, so a run allocates nothing.
        byte[] first = Terminated(InputNames);
        byte[] second = Terminated(OutputNames);
        _nativeNames = GC.AllocateUninitializedArray<byte>(first.Length + second.Length, pinned: true);
        first.CopyTo(_nativeNames, 0);
        second.CopyTo(_nativeNames, first.Length);
        NativeInputName = Marshal.UnsafeAddrOfPinnedArrayElement(_nativeNames, 0);
        NativeOutputName = Marshal.UnsafeAddrOfPinnedArrayElement(_nativeNames, first.Length);
    }

    public string[] InputNames { get; }

    public string[] OutputNames { get; }

    public nint NativeInputName { get; }

    public nint NativeOutputName { get; }

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

    private static byte[] Terminated(string[] names)
        => [.. System.Text.Encoding.UTF8.GetBytes(names.Length == 0 ? string.Empty : names[0]), 0];

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
