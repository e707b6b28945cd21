using System.IO.MemoryMappedFiles;

namespace Cluster.Kernels.Learning.Reconstruction.Caching;

/// <summary>
/// Memory backed by an unlinked file: the system pages it in and out, and it is gone with the process however that
/// ends.
/// </summary>
internal sealed unsafe class SpillFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public SpillFile(string folder, long bytes)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"cluster-activations-{Path.GetRandomFileName()}");
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.CreateNew, null, bytes);
        File.Delete(path);
        _view = _file.CreateViewAccessor(0, bytes);
        byte* data = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref data);
        Data = (float*)data;
    }

    public float* Data { get; }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
