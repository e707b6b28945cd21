using System.Runtime.InteropServices;

namespace Cluster.Kernels.Runtimes;

/// <summary>Zero-terminated UTF-8 copies of strings, freed together.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly List<nint> _texts = [];

    public byte* Add(string text)
    {
        nint copy = Marshal.StringToCoTaskMemUTF8(text);
        _texts.Add(copy);
        return (byte*)copy;
    }

    public void Dispose()
    {
        _texts.ForEach(Marshal.FreeCoTaskMem);
        _texts.Clear();
    }
}
