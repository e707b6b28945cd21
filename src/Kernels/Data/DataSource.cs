using Cluster.DataSpecs;
using Cluster.Kernels.Data.Arrays;
using Cluster.Kernels.Data.Pictures;

namespace Cluster.Kernels.Data;

/// <summary>Reads the images that a <see cref="DataSpec"/> names.</summary>
public static class DataSource
{
    /// <summary>Parses a spec; does not look at files.</summary>
    /// <exception cref="KernelException">The text does not follow the grammar; the message says what was found and what
    /// is possible.</exception>
    public static DataSpec Parse(string spec) => Refusing(() => DataSpec.Parse(spec));

    /// <inheritdoc cref="Open(DataSpec, int)"/>
    public static ImageSet Open(string spec, int workers = 0) => Open(Parse(spec), workers);

    /// <summary>
    /// Reads and checks everything at once: headers, sizes, labels and all pixels, kept as uint8. Files may be gzip-compressed under any
    /// name. Relative paths are relative to the current directory.
    /// </summary>
    /// <param name="workers">Picture files decoded at the same time; 0: one per processor.</param>
    /// <exception cref="KernelException">Something is missing, damaged or does not fit together; one sentence says
    /// what.</exception>
    public static ImageSet Open(DataSpec spec, int workers = 0) => Open(spec, DataAccess.Anywhere, workers);

    /// <inheritdoc cref="Open(DataSpec, DataAccess, int, SpillSpace?, PictureGeometry?)"/>
    public static ImageSet Open(
        string spec, DataAccess access, int workers = 0, SpillSpace? pixels = null, PictureGeometry? geometry = null) =>
        Open(Parse(spec), access, workers, pixels, geometry);

    /// <summary>
    /// The same for files that <paramref name="access"/> allows; relative paths are relative to its folder if it has one.
    /// </summary>
    /// <param name="workers">Picture files decoded at the same time; 0: one per processor.</param>
    /// <param name="pixels">Where the pixels are stored; null: in memory.</param>
    /// <param name="geometry">Resizing and cropping of pictures; null: none.</param>
    /// <exception cref="KernelException">A path is not allowed, images that are no pictures are to be resized, or as above.</exception>
    public static ImageSet Open(
        DataSpec spec, DataAccess access, int workers = 0, SpillSpace? pixels = null, PictureGeometry? geometry = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(access);
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        return Open(spec, new DataReadOptions(
            access.CurrentDirectory,
            workers == 0 ? Environment.ProcessorCount : workers,
            DataReadOptions.DefaultMaximumBytes)
        {
            Access = access,
            Geometry = geometry,
            Pixels = pixels ?? SpillSpace.Memory,
        });
    }

    /// <summary>
    /// Opens images or arrays, depending on the spec. Images are read and checked at once; of arrays only the headers and the labels, while
    /// their elements stay in the files until needed.
    /// </summary>
    /// <param name="pixels">Where the pixels of images are stored; null: in memory.</param>
    /// <param name="geometry">Resizing and cropping of pictures; null: none.</param>
    /// <exception cref="KernelException">A path is not allowed, or something is missing, damaged or does not fit together.</exception>
    public static SampleSet OpenSamples(string spec, DataAccess access, SpillSpace? pixels = null, PictureGeometry? geometry = null)
    {
        ArgumentNullException.ThrowIfNull(access);
        var parsed = Parse(spec);
        if (!parsed.IsArrays)
        {
            return Open(parsed, access, pixels: pixels, geometry: geometry);
        }

        return OpenArrays(parsed, new DataReadOptions(
            access.CurrentDirectory, Environment.ProcessorCount, DataReadOptions.DefaultMaximumBytes)
        {
            Access = access,
        });
    }

    internal static ArraySet OpenArrays(DataSpec spec, DataReadOptions options)
    {
        ArraySet[] sets = [.. spec.Parts.Select(part => Told(part, options, () => ArraySet.Open(ArraySource.Open(part, options))))];
        return sets.Length == 1 ? sets[0] : ArraySet.Join(spec.ToString(), sets);
    }

    internal static ImageSet Open(DataSpec spec, DataReadOptions options) => Refusing(() => Read(spec, options));

    private static ImageSet Read(DataSpec spec, DataReadOptions options)
    {
        List<ImageSet> sets = [];
        long total = 0;
        foreach (DataPart part in spec.Parts)
        {
            ImageSet set = Told(part, options, () => ReadFormat(part, options));
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
#pragma warning disable MA0054 // Without the inner exception: its text must not be disclosed.
        catch (KernelException refusal) when (!options.Access.QuotesContent)
        {
            throw new KernelException(options.Access.Told(refusal.Message, refusal.WithoutContent, part.ToString()));
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
