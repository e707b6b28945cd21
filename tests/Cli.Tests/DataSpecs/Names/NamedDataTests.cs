using Cluster.DataSpecs.Names;

namespace Cluster.Cli.Tests.DataSpecs.Names;

public sealed class NamedDataTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private DataRoots Roots => new([_folder["first"], _folder["second"]]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Expand_NameWithSlice_IsTheFileWhereverItLies()
    {
        string file = _folder.Write("second/mnist/train-images-idx3-ubyte.gz", [1]);

        NamedData.Expand("mnist/train@0..500", Roots).ShouldBe($"idx:{file}@0..500");
        NamedData.Expand(" mnist/train ", Roots).ShouldBe($"idx:{file}");
    }

    [Fact]
    public void Expand_SetInSeveralRoots_IsTheFirst()
    {
        _folder.Write("second/fashion-mnist/t10k-images-idx3-ubyte", [1]);
        string first = _folder.Write("first/FashionMNIST/raw/t10k-images-idx3-ubyte", [1]);

        NamedData.Expand("fashion-mnist/test", Roots).ShouldBe($"idx:{first}");
    }

    [Fact]
    public void Expand_SetOfSeveralFiles_SlicesThroughThem()
    {
        string[] files = [.. Enumerable.Range(1, 5).Select(batch => _folder.Write($"first/cifar10/data_batch_{batch}.bin", [1]))];

        NamedData.Expand("cifar10/train", Roots).ShouldBe(string.Join('+', files.Select(file => $"cifar10:{file}")));
        NamedData.Expand("cifar10/train@9000..20001", Roots)
            .ShouldBe($"cifar10:{files[0]}@9000..10000+cifar10:{files[1]}+cifar10:{files[2]}@0..1");
        NamedData.Expand("cifar10/train@-10..", Roots).ShouldBe($"cifar10:{files[4]}@9990..10000");
        Should.Throw<DataSpecException>(() => NamedData.Expand("cifar10/train@0..50001", Roots))
            .Message.ShouldContain("reaches outside of its 50000 images");
    }

    [Fact]
    public void Expand_SetWithAMissingFile_IsNotThere()
    {
        _folder.Write("first/cifar10/data_batch_1.bin", [1]);

        string message = Should.Throw<MissingDataException>(() => NamedData.Expand("cifar10/train", Roots)).Message;

        message.ShouldContain($"none of the folders {_folder["first"]}, {_folder["second"]}");
        message.ShouldContain("./cluster data fetch cifar10");
    }

    [Theory]
    [InlineData("idx:mnist/train")]
    [InlineData("folder:a/mnist/train+idx:b")]
    [InlineData("mnist/trains")]
    [InlineData("mnist:train")]
    [InlineData("")]
    public void Expand_NotAName_IsUnchanged(string text) => NamedData.Expand(text, Roots).ShouldBe(text);

    [Fact]
    public void Expand_NameAmongOtherParts_IsReplacedAlone()
    {
        string file = _folder.Write("first/mnist/t10k-images-idx3-ubyte", [1]);

        NamedData.Expand("idx:own+mnist/test@5..6+folder:d", Roots).ShouldBe($"idx:own+idx:{file}@5..6+folder:d");
    }

    [Fact]
    public void All_Sets_HaveDigestsAndOneFileForEachDownload()
    {
        foreach (var download in KnownDataSet.All.SelectMany(set => set.Downloads))
        {
            download.Sha256.ShouldMatch("^[0-9a-f]{64}$");
            download.Bytes.ShouldBePositive();
            download.FileName.ShouldEndWith(".gz");
        }
    }

    // These files are the published ones, so what is written down can be compared with them.
    [Fact]
    public void All_FashionMnist_HasTheDigestsOfItsFiles()
    {
        string folder = SharedData.Require("fashion-mnist");

        foreach (var download in KnownDataSet.Find("fashion-mnist")!.Downloads)
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(folder, download.FileName));
            bytes.LongLength.ShouldBe(download.Bytes);
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)).ShouldBe(download.Sha256);
        }
    }
}
