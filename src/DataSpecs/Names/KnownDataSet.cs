namespace Cluster.DataSpecs.Names;

/// <summary>A data set that specs may give by name: <c>mnist/train</c>.</summary>
/// <param name="Name">Its name in specs.</param>
/// <param name="Folders">Where its files usually are, below a root; downloads go to the first.</param>
/// <param name="Format">The format of its files.</param>
/// <param name="Training">The files of <c>NAME/train</c>, in order.</param>
/// <param name="Test">The files of <c>NAME/test</c>, in order.</param>
/// <param name="Downloads">The downloads that contain all of its files.</param>
public sealed record KnownDataSet(
    string Name,
    IReadOnlyList<string> Folders,
    DataFormat Format,
    IReadOnlyList<KnownFile> Training,
    IReadOnlyList<KnownFile> Test,
    IReadOnlyList<KnownDownload> Downloads)
{
    /// <summary>The name of the training samples in a spec.</summary>
    public const string TrainingName = "train";

    /// <summary>The name of the test samples in a spec.</summary>
    public const string TestName = "test";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<KnownDataSet> All { get; } = [Mnist(), FashionMnist(), Cifar10()];

    /// <summary>The data set with the given name, or null.</summary>
    public static KnownDataSet? Find(string name) => All.FirstOrDefault(set => string.Equals(set.Name, name, StringComparison.Ordinal));

    /// <summary>The training or the test files below a root, in order; null if one of them is missing there.</summary>
    public IReadOnlyList<(string Path, KnownFile File)>? FilesIn(string root, bool training)
    {
        foreach (string folder in Folders)
        {
            var files = (training ? Training : Test)
                .Select(file => (Path: Existing(Path.Combine(root, folder, file.Name)), file))
                .ToArray();
            if (files.All(file => file.Path is not null))
            {
                return [.. files.Select(file => (file.Path!, file.file))];
            }
        }

        return null;
    }

    private static string? Existing(string path) => new[] { path, path + ".gz" }.FirstOrDefault(File.Exists);

    // The digests are those of the files that LeCun, Cortes and Burges published; the address is PyTorch's copy.
    private static KnownDataSet Mnist() => Idx("mnist", ["mnist", "MNIST/raw"], "https://ossci-datasets.s3.amazonaws.com/mnist/", [
        ("440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", 9912422),
        ("3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", 28881),
        ("8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", 1648877),
        ("f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", 4542),
    ]);

    private static KnownDataSet FashionMnist() => Idx(
        "fashion-mnist",
        ["fashion-mnist", "FashionMNIST/raw"],
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        [
            ("3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", 26421880),
            ("a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", 29515),
            ("346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", 4422102),
            ("67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", 5148),
        ]);

    private static KnownDataSet Cifar10() => new(
        "cifar10",
        ["cifar10", "cifar-10-batches-bin"],
        DataFormat.Cifar10,
        [.. Enumerable.Range(1, 5).Select(batch => new KnownFile($"data_batch_{batch}.bin", 10000))],
        [new KnownFile("test_batch.bin", 10000)],
        [
            new KnownDownload(
                new Uri("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
                "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
                170052171),
        ]);

    private static KnownDataSet Idx(string name, string[] folders, string site, (string Sha256, long Bytes)[] files)
    {
        string[] names = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];
        return new(
            name,
            folders,
            DataFormat.Idx,
            [new KnownFile(names[0], 60000)],
            [new KnownFile(names[2], 10000)],
            [.. files.Select((file, i) => new KnownDownload(new Uri($"{site}{names[i]}.gz"), file.Sha256, file.Bytes))]);
    }
}

/// <summary>One file of a named data set.</summary>
/// <param name="Name">Name of the unpacked file; the file itself may be gzipped, with <c>.gz</c> at its end.</param>
/// <param name="Count">Samples in it.</param>
public sealed record KnownFile(string Name, int Count);

/// <summary>A download of a data set: a plain file, or an archive whose files are kept.</summary>
/// <param name="Address">The address at its publisher, or at a mirror.</param>
/// <param name="Sha256">Digest of the downloaded bytes, lower-case hexadecimal.</param>
/// <param name="Bytes">Number of bytes.</param>
public sealed record KnownDownload(Uri Address, string Sha256, long Bytes)
{
    /// <summary>The last part of the address.</summary>
    public string FileName => Address.Segments[^1];
}
