using System.Runtime.InteropServices;
using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Runtimes;

/// <summary>Reads shapes and elements out of native values.</summary>
internal static unsafe class OrtValueReader
{
    private const string Failure = "ONNX Runtime does not give out a tensor";

    /// <summary>
    /// Declared shape and element type; no shape and <see cref="ElementType.Undefined"/> for a value that is not a
    /// tensor.
    /// </summary>
    public static (OrtShape Shape, ElementType Type) Describe(OrtApi api, nint typeInfo)
    {
        nint info; // owned by typeInfo
        api.Check(api.CastTypeInfoToTensorInfo(typeInfo, &info), Failure);
        if (info == 0)
        {
            return (new OrtShape([], []), ElementType.Undefined);
        }

        long[] sizes = Sizes(api, info);
        byte*[] symbols = new byte*[sizes.Length];
        fixed (byte** pointer = symbols)
        {
            api.Check(api.GetSymbolicDimensions(info, pointer, (nuint)sizes.Length), Failure);
        }

        string[] names = new string[sizes.Length];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = OrtRuntime.Text(symbols[i]);
        }

        return (new OrtShape(sizes, names), Type(api, info));
    }

    /// <summary>Where the elements of a tensor lie, its shape and their type.</summary>
    public static (nint Address, long[] Sizes, ElementType Type) Data(OrtApi api, nint value)
    {
        int isTensor;
        api.Check(api.IsTensor(value, &isTensor), Failure);
        if (isTensor == 0)
        {
            throw new KernelException("An output of the network is not a tensor: only tensors are read here.");
        }

        (long[] sizes, ElementType type) = Actual(api, value);
        void* source;
        api.Check(api.GetTensorMutableData(value, &source), Failure);
        return ((nint)source, sizes, type);
    }

    /// <summary>A copy of a tensor.</summary>
    public static OrtTensor Read(OrtApi api, nint value)
    {
        (nint source, long[] sizes, ElementType type) = Data(api, value);
        OrtTensor tensor = OrtTensor.Allocate(type, sizes);
        long bytes = (long)tensor.Count * OrtElement.Size(type);
        GCHandle pin = GCHandle.Alloc(tensor.Data, GCHandleType.Pinned);
        try
        {
            Buffer.MemoryCopy((void*)source, (void*)pin.AddrOfPinnedObject(), bytes, bytes);
        }
        finally
        {
            pin.Free();
        }

        return tensor;
    }

    /// <summary>Copies a float tensor into a buffer of exactly its size.</summary>
    public static void CopyTo(OrtApi api, nint value, Span<float> target)
    {
        (long[] sizes, _) = Actual(api, value);
        long count = OrtShape.Count(sizes);
        if (count != target.Length)
        {
            throw new KernelException(
                $"The network's output of shape {OrtShape.Text(sizes)} has {count} elements, but {target.Length} were given.");
        }

        void* source;
        api.Check(api.GetTensorMutableData(value, &source), Failure);
        new ReadOnlySpan<float>(source, target.Length).CopyTo(target);
    }

    private static (long[] Sizes, ElementType Type) Actual(OrtApi api, nint value)
    {
        nint info;
        api.Check(api.GetTensorTypeAndShape(value, &info), Failure);
        try
        {
            return (Sizes(api, info), Type(api, info));
        }
        finally
        {
            api.ReleaseTensorTypeAndShapeInfo(info);
        }
    }

    private static long[] Sizes(OrtApi api, nint info)
    {
        nuint rank;
        api.Check(api.GetDimensionsCount(info, &rank), Failure);
        long[] sizes = new long[rank];
        fixed (long* pointer = sizes)
        {
            api.Check(api.GetDimensions(info, pointer, rank), Failure);
        }

        return sizes;
    }

    private static ElementType Type(OrtApi api, nint info)
    {
        int type;
        api.Check(api.GetTensorElementType(info, &type), Failure);
        return (ElementType)type;
    }
}
