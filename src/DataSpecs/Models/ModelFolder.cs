namespace Cluster.DataSpecs.Models;

/// <summary>The files next to a model that may hold its tensors' data: those in its folder and below, after resolving links.</summary>
internal sealed class ModelFolder(string model) : IDisposable
{
    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(model))!;
    private FileStream? _file;
    private string? _location;

    /// <summary>Checks that a tensor's bytes exist.</summary>
    /// <exception cref="DataSpecException">They do not exist.</exception>
    public void Require(ExternalTensor tensor)
    {
        if (tensor.Length > Array.MaxLength)
        {
            throw new DataSpecException(
                $"{What(tensor)}, of which it needs {tensor.Length} bytes; expected at most {Array.MaxLength} in one tensor: split it.");
        }

        long size = Open(tensor).Length;
        if (tensor.Offset > size || tensor.Length > size - tensor.Offset)
        {
            throw new DataSpecException(
                $"{What(tensor)}, of which {tensor.Length} bytes from {tensor.Offset} on are expected, but it has only "
                + $"{size}; copy the whole file there or export the model again.");
        }
    }

    /// <summary>Reads a part of a tensor's bytes.</summary>
    /// <param name="from">Where it begins in the tensor.</param>
    /// <exception cref="DataSpecException">They cannot be read, or no longer exist.</exception>
    public void Read(ExternalTensor tensor, long from, Span<byte> bytes)
    {
        try
        {
            var file = Open(tensor);
            file.Position = tensor.Offset + from;
            file.ReadExactly(bytes);
        }
        catch (IOException failure)
        {
            throw Unreadable(tensor, failure);
        }
    }

    public void Dispose() => _file?.Dispose();

    // Consecutive tensors are usually in the same file.
    private FileStream Open(ExternalTensor tensor)
    {
        if (_file is not null && _location == tensor.Location)
        {
            return _file;
        }

        _file?.Dispose();
        _file = null;
        string path = Inside(tensor);
        try
        {
            _file = RegularFile.OpenRead(path);
            _location = tensor.Location;
            return _file;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MissingDataException($"{What(tensor)}, which is not there; put it into {_folder}, beside the model.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(tensor, failure);
        }
    }

    private string Inside(ExternalTensor tensor)
    {
        string location = tensor.Location;
        bool isPlain = !location.Contains('\0', StringComparison.Ordinal)
            && !Path.IsPathRooted(location)
            && !location.Split('/', '\\').Contains("..");
        return isPlain
            && RealPath.Of(_folder) is { } folder
            && RealPath.Of(Path.Combine(_folder, location)) is { } path
            && RealPath.IsWithin(path, folder)
                ? path
                : throw new DataSpecException(
                    $"{What(tensor)}, which is outside of the model's folder {_folder}; put the file itself into that folder and save the "
                    + "model so that it names it there.");
    }

    private DataSpecException Unreadable(ExternalTensor tensor, Exception failure) =>
        new($"{What(tensor)}, which cannot be read ({failure.Message.TrimEnd('.')}); expected a file with the tensor's values.", failure);

    private string What(ExternalTensor tensor) =>
        $"The tensor '{tensor.Name}' of '{model}' keeps its data in the file '{tensor.Location.Replace('\0', ' ')}'";
}
