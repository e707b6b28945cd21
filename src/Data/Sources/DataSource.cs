using Cluster.Data.Arrays;

namespace Cluster.Data.Sources;

/// <summary>Reads the images that a <see cref="DataSpec"/> names.</summary>
public static class DataSource
{
    /// <summary>Parses a spec; does not look at files.</summary>
    /// <exception cref="KernelException">The text does not follow the grammar; the message says what was found and what
    /// is possible.</exception>
    public static DataSpec Parse(string spec) => Refusing(() => DataSpec.Parse(spec));

    /// <summary>
    /// Reads and checks images at once: headers, sizes, labels and all pixels, kept as uint8. Files may be gzip-compressed under any name.
    /// </summary>
    /// <param name="access">
    /// Which files may be opened; null: any. Relative paths are relative to its folder if it has one, else to the current directory.
    /// </param>
    /// <param name="pixels">Where the pixels are stored; null: in memory.</param>
    /// <param name="preprocess">Says how pictures are resized and cropped, and whether they become grey; null: neither.</param>
    /// <exception cref="KernelException">
    /// Something is missing, damaged, not allowed or does not fit together, or images that are no pictures are to be resized; one sentence
    /// says what.
    /// </exception>
    public static ImageSet Open(
        string spec, DataAccess? access = null, SpillSpace? pixels = null, Preprocess? preprocess = null) =>
        Open(Parse(spec), Options(access, pixels, preprocess));

    /// <inheritdoc cref="Open(string, DataAccess?, SpillSpace?, Preprocess?)"/>
    public static ImageSet Open(DataSpec spec) => Open(spec, Options(null, null, null));

    /// <summary>
    /// Opens images or arrays, depending on the spec; of arrays only the headers and the labels are read, while their elements stay in the
    /// files until needed.
    /// </summary>
    /// <inheritdoc cref="Open(string, DataAccess?, SpillSpace?, Preprocess?)"/>
    public static SampleSet OpenSamples(
        string spec, DataAccess? access = null, SpillSpace? pixels = null, Preprocess? preprocess = null)
    {
        var parsed = Parse(spec);
        var options = Options(access, pixels, preprocess);
        return parsed.IsArrays ? OpenArrays(parsed, options)
            : parsed.Parts is [{ Format: DataFormat.Folder or DataFormat.ImageFolder } folder]
                ? Told(folder, options, () => FolderReader.ReadSamples(folder, options) is var read && folder.IsUnlabelled
                    ? read.WithoutLabels() : read)
                : Open(parsed, options);
    }

    /// <summary>Reads the names of classes that a spec gives; none where sentences must not quote its files.</summary>
    /// <exception cref="KernelException">The file is missing or not readable.</exception>
    public static ClassNames ReadClassNames(string spec, DataAccess access) =>
        Refusing(() => access.QuotesContent ? ClassNames.Read(spec, access) : ClassNames.None);

    internal static ArraySet OpenArrays(DataSpec spec, DataReadOptions options)
    {
        ArraySet[] sets = [.. spec.Parts.Select(part => Told(
            part,
            options,
            () => ArraySet.Open(ArraySource.Open(part, options)) is var set && part.IsUnlabelled ? set.WithoutLabels() : set))];
        return sets.Length == 1 ? sets[0] : ArraySet.Join(spec.ToString(), sets);
    }

    internal static ImageSet Open(DataSpec spec, DataReadOptions options) => Refusing(() => Read(spec, options));

    private static DataReadOptions Options(DataAccess? access, SpillSpace? pixels, Preprocess? preprocess)
    {
        access ??= DataAccess.Anywhere;
        return new DataReadOptions(access.CurrentDirectory, Environment.ProcessorCount, DataReadOptions.DefaultMaximumBytes)
        {
            Access = access,
            Geometry = preprocess?.Geometry,
            IsGrey = preprocess?.Color == PixelColor.Gray,
            Pixels = pixels ?? SpillSpace.Memory,
        };
    }

    private static ImageSet Read(DataSpec spec, DataReadOptions options)
    {
        List<ImageSet> sets = [];
        long total = 0;
        foreach (DataPart part in spec.Parts)
        {
            ImageSet set = Told(
                part, options, () => ReadFormat(part, options) is var read && part.IsUnlabelled ? read.WithoutLabels() : read);
            total += (long)set.Count * set.ImageSize;
            options.RequireRoom(total, spec.ToString());
            sets.Add(set);
        }

        return sets.Count == 1 ? sets[0] : ImageSet.Join(spec.ToString(), sets);
    }

    private static T Told<T>(DataPart part, DataReadOptions options, Func<T> read)
    {
        try
        {
            return Refusing(read);
        }
#pragma warning disable MA0054 // Without the inner exception's text, which must not be disclosed.
        catch (KernelException refusal) when (!options.Access.QuotesContent)
        {
            string told = options.Access.Told(refusal.Message, refusal.WithoutContent, part.ToString());
            throw refusal.InnerException is MissingDataException
                ? new KernelException(told, new MissingDataException(told))
                : new KernelException(told);
        }
        catch (Exception failure) when (options.Access.IsConfined && failure is not (KernelException or OutOfMemoryException))
        {
            throw new KernelException(DataAccess.Unreadable(part.ToString()));
        }
#pragma warning restore MA0054
    }

    private static ImageSet ReadFormat(DataPart part, DataReadOptions options) => part.Format switch
    {
        DataFormat.Idx or DataFormat.Cifar10 when options.Geometry is not null => throw new KernelException(
            $"'{part}' holds pixels of one size, but the preprocessing file says to \"resize\" or \"crop\", which is done to picture "
            + "files; leave these keys out, or give a folder of pictures."),
        DataFormat.Idx => IdxReader.Read(part, options),
        DataFormat.Cifar10 => Cifar10Reader.Read(part, options),
        DataFormat.Folder or DataFormat.ImageFolder => FolderReader.Read(part, options),
        DataFormat.Npz or DataFormat.Npy => throw new KernelException(
            $"'{part}' holds arrays where images are expected; arrays are given alone, to commands that do not train: give a folder, IDX "
            + "or CIFAR-10 files."),
        _ => throw new ArgumentOutOfRangeException(nameof(part)),
    };

    // Callers in this project handle one type of expected failure.
    private static T Refusing<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DataSpecException refusal)
        {
            throw new KernelException(refusal.Message, refusal) { WithoutContent = refusal.WithoutContent };
        }
    }
}
