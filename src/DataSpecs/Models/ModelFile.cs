using System.Security.Cryptography;

namespace Cluster.DataSpecs.Models;

/// <summary>
/// An ONNX network as a file: a message that holds everything or, above a limit, a message beside which the data of large tensors lie
/// (ONNX's external data), which are read one by one. Its identity is that of the one file in both cases.
/// </summary>
public sealed class ModelFile
{
    /// <summary>Smaller tensors stay in the message, as ONNX's own tools have it: the sizes of shapes are among them.</summary>
    public const int SmallestApart = 1024;

    /// <summary>The environment variable that sets <see cref="MostBytes"/>.</summary>
    public const string MostBytesVariable = "CLUSTER_MODEL_FILE_BYTES";

    // Offsets are multiples of a page, so that a runtime can map a tensor, as onnx.proto recommends.
    private const int Alignment = 4096;

    private readonly Lazy<string> _digest;
    private readonly SelfContained? _apart;
    private readonly TensorSource? _source;
    private readonly string? _path;

    private ModelFile(byte[] message, SelfContained? apart, TensorSource? source, string? path)
    {
        (Message, _apart, _source, _path) = (message, apart, source, path);
        _digest = new(Digested);
    }

    /// <summary>
    /// The largest network that is kept in one array and written as one file, in bytes: 1 GiB if the environment says nothing else.
    /// </summary>
    public static long MostBytes { get; } = long.TryParse(
        Environment.GetEnvironmentVariable(MostBytesVariable), NumberStyles.None, CultureInfo.InvariantCulture, out long most)
        ? Math.Clamp(most, 1, 1 << 30)
        : 1 << 30;

    /// <summary>The ONNX message: the whole network, unless it <see cref="IsApart"/>.</summary>
    public byte[] Message { get; }

    /// <summary>Whether the data of tensors are beside the message.</summary>
    public bool IsApart => _apart is not null;

    /// <summary>Bytes of the network as one file.</summary>
    public long Length => _apart?.Bytes ?? Message.LongLength;

    /// <summary>SHA-256 of the network as one file, lower-case hexadecimal.</summary>
    public string Digest => _digest.Value;

    /// <summary>A network whose message holds everything.</summary>
    public static ModelFile Of(byte[] message) => new(message, null, null, null);

    /// <summary>A network with the data of tensors beside its message, in memory.</summary>
    /// <param name="message">Its tensors name the data by their offsets, as <see cref="Reference"/> does.</param>
    /// <param name="data">By offset.</param>
    public static ModelFile Of(byte[] message, IReadOnlyDictionary<long, ReadOnlyMemory<byte>> data) =>
        new(message, new SelfContained(message, "the network"), new TensorSource.Memory(data), null);

    /// <summary>
    /// Reads a file. One that is not a model, or damaged, is taken unchanged: its reader refuses it.
    /// </summary>
    /// <param name="path">The model. Other files are only looked for in its folder and below.</param>
    /// <param name="most">Up to as many bytes, data in other files are put into the message.</param>
    /// <exception cref="DataSpecException">A file cannot be read, is too short, too large or outside the folder, or the model's statements
    /// about it are impossible.</exception>
    public static ModelFile Read(string path, long? most = null)
    {
        byte[] own = Own(path);
        var whole = new SelfContained(own, path);
        if (whole.Tensors.Count == 0)
        {
            return Of(own);
        }

        using (var folder = new ModelFolder(path))
        {
            foreach (var tensor in whole.Tensors)
            {
                folder.Require(tensor);
            }
        }

        var file = new ModelFile(own, whole, new TensorSource.Files(path), Path.GetFullPath(path));
        if (whole.Bytes > (most ?? MostBytes))
        {
            return file;
        }

        byte[] one = new byte[whole.Bytes];
        using var to = new MemoryStream(one);
        Write(to, file.InOne());
        return Of(one);
    }

    /// <summary>A model without other files, such as one of another user, which must name none.</summary>
    /// <exception cref="DataSpecException">It cannot be read.</exception>
    public static ModelFile ReadAlone(string path) => Of(Own(path));

    /// <summary>The name of the file with the data of a network's tensors.</summary>
    /// <param name="model">Name or path of the network's file.</param>
    public static string DataName(string model) => model + ".data";

    /// <summary>The fields of a tensor whose data are beside the message; the name of their file is left open.</summary>
    public static byte[] Reference(long offset, long length) =>
        new ExternalTensor(string.Empty, DataName("model.onnx"), offset, length).Reference;

    /// <summary>Where data of a length may begin behind others.</summary>
    public static long Aligned(long offset) => (offset + Alignment - 1) / Alignment * Alignment;

    /// <summary>The data of one of the message's tensors.</summary>
    /// <param name="tensor">Its message.</param>
    /// <param name="room">Memory of a length for what is read from a file.</param>
    /// <returns>Null if the tensor holds its data itself, or no data are beside this model.</returns>
    /// <exception cref="DataSpecException">They can no longer be read.</exception>
    public ReadOnlyMemory<byte>? Data(byte[] tensor, Func<int, Memory<byte>> room) =>
        _source is not null && ExternalTensor.Of(tensor, 0, tensor.Length, _path ?? string.Empty) is { } named
            ? _source.All(named, room)
            : null;

    /// <summary>The network as one file of any size, part by part.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> InOne() => _apart?.Whole(_source!.Parts) ?? [Message];

    /// <summary>
    /// Writes the network under a name: its data, if they are beside it, in one file with aligned offsets, then its message.
    /// </summary>
    /// <param name="path">The model's path.</param>
    /// <param name="write">Writes a file.</param>
    /// <returns>The paths of the files.</returns>
    public IReadOnlyList<string> WriteTo(string path, Action<string, Action<Stream>> write)
    {
        if (_apart is null)
        {
            write(path, to => to.Write(Message));
            return [path];
        }

        string data = DataName(path);
        var places = new Dictionary<ExternalTensor, ExternalTensor>();
        long end = 0;
        foreach (var tensor in _apart.Tensors.Distinct())
        {
            places[tensor] = tensor with { Location = Path.GetFileName(data), Offset = Aligned(end) };
            end = Aligned(end) + tensor.Length;
        }

        // A model beside the data of another one would be read without an error.
        File.Delete(path);
        write(data, to =>
        {
            long at = 0;
            foreach (var (tensor, place) in places)
            {
                to.Write(new byte[place.Offset - at]);
                Write(to, _source!.Parts(tensor));
                at = place.Offset + place.Length;
            }
        });
        write(path, to => Write(to, _apart.Moved(tensor => places[tensor])));
        return [path, data];
    }

    /// <summary>The files of a network with data beside it for a runtime that opens paths: its own, or temporary ones.</summary>
    public ModelPlace OnDisk() => _path is not null ? new(_path, null) : ModelPlace.Temporary(this);

    private string Digested()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in InOne())
        {
            hash.AppendData(part.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Write(Stream to, IEnumerable<ReadOnlyMemory<byte>> parts)
    {
        foreach (var part in parts)
        {
            to.Write(part.Span);
        }
    }

    private static byte[] Own(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new DataSpecException(
                $"The model '{path}' cannot be read ({failure.Message.TrimEnd('.')}); expected the path of an ONNX file of at most 2 GB, "
                + "with the data of larger networks in files beside it.",
                failure);
        }
    }
}

/// <summary>The path of a network with its data beside it. A temporary one is deleted when this is disposed of.</summary>
public sealed class ModelPlace : IDisposable
{
    private readonly DirectoryInfo? _temporary;

    internal ModelPlace(string path, DirectoryInfo? temporary) => (Path, _temporary) = (path, temporary);

    /// <summary>The model.</summary>
    public string Path { get; }

    /// <summary>Deletes what is temporary; a runtime that has mapped the data keeps them.</summary>
    public void Dispose() => _temporary?.Delete(recursive: true);

    internal static ModelPlace Temporary(ModelFile file)
    {
        var folder = Directory.CreateTempSubdirectory("cluster-model-");
        var place = new ModelPlace(System.IO.Path.Combine(folder.FullName, "model.onnx"), folder);
        try
        {
            file.WriteTo(place.Path, (path, write) =>
            {
                using var to = File.Create(path);
                write(to);
            });
            return place;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }
}

/// <summary>Where the data of a model's tensors are.</summary>
internal abstract class TensorSource
{
    /// <summary>A tensor's bytes, not to be written to.</summary>
    /// <param name="room">Memory of a length, if they are not in memory yet.</param>
    public abstract ReadOnlyMemory<byte> All(ExternalTensor tensor, Func<int, Memory<byte>> room);

    /// <summary>The same part by part; each is valid until the next one.</summary>
    public abstract IEnumerable<ReadOnlyMemory<byte>> Parts(ExternalTensor tensor);

    /// <summary>In memory, by offset.</summary>
    public sealed class Memory(IReadOnlyDictionary<long, ReadOnlyMemory<byte>> data) : TensorSource
    {
        public override ReadOnlyMemory<byte> All(ExternalTensor tensor, Func<int, Memory<byte>> room) => data[tensor.Offset];

        public override IEnumerable<ReadOnlyMemory<byte>> Parts(ExternalTensor tensor) => [data[tensor.Offset]];
    }

    /// <summary>In files next to the model.</summary>
    public sealed class Files(string model) : TensorSource
    {
        private const int Part = 1 << 20;

        public override ReadOnlyMemory<byte> All(ExternalTensor tensor, Func<int, Memory<byte>> room)
        {
            var bytes = room((int)tensor.Length);
            using var folder = new ModelFolder(model);
            folder.Read(tensor, 0, bytes.Span);
            return bytes;
        }

        public override IEnumerable<ReadOnlyMemory<byte>> Parts(ExternalTensor tensor)
        {
            using var folder = new ModelFolder(model);
            byte[] part = new byte[Math.Min(Part, tensor.Length)];
            for (long from = 0; from < tensor.Length; from += part.Length)
            {
                var bytes = part.AsMemory(0, (int)Math.Min(part.Length, tensor.Length - from));
                folder.Read(tensor, from, bytes.Span);
                yield return bytes;
            }
        }
    }
}
