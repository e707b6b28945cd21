using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace TorchSharp.PInvoke;

/// <summary>Calls ATen operators by name through libtorch's dispatcher.</summary>
internal static unsafe class Operators
{
    private static readonly ConcurrentDictionary<(string Name, string Overload), nint> Known = new();

    /// <summary>Calls an operator whose result is a tensor.</summary>
    internal static torch.Tensor Call(string name, string overload, params ReadOnlySpan<Argument> arguments)
    {
        nint op = Known.GetOrAdd((name, overload), static key =>
        {
            nint found;
            NativeMethods.Check(NativeMethods.ck_find(key.Name, key.Overload, &found));
            return found;
        });
        NativeValue* values = stackalloc NativeValue[arguments.Length];
        NativeValue* results;
        int count;
        fixed (long* list = FirstList(arguments))
        {
            for (int i = 0; i < arguments.Length; i++)
            {
                values[i] = Value(arguments[i], list);
            }

            NativeMethods.Check(NativeMethods.ck_call(op, values, arguments.Length, &results, &count));
        }

        foreach (ref readonly Argument argument in arguments)
        {
            GC.KeepAlive(argument.Reference);
        }

        return count == 1 && results[0].Tag == NativeValue.Tensor
            ? torch.Tensor.UnsafeCreateTensor(results[0].Pointer)
            : throw new ExternalException($"{name} did not return one tensor.");
    }

    /// <summary>No operator here takes two lists.</summary>
    private static long[]? FirstList(ReadOnlySpan<Argument> arguments)
    {
        foreach (ref readonly Argument argument in arguments)
        {
            if (argument.Reference is long[] list)
            {
                return list;
            }
        }

        return null;
    }

    private static NativeValue Value(in Argument argument, long* list)
    {
        var value = new NativeValue { Tag = argument.Tag };
        switch (argument.Reference)
        {
            case torch.Tensor tensor:
                value.Pointer = tensor.Handle;
                break;
            case long[] integers:
                value.Count = integers.Length;
                value.Pointer = (nint)list;
                break;
            default:
                value.NumberValue = argument.Number;
                break;
        }

        return value;
    }
}
