using Cluster.DataSpecs.Models;

using static Cluster.Cli.Tests.DataSpecs.Models.ProtoBytes;

namespace Cluster.Cli.Tests.DataSpecs.Models;

public sealed class ModelFileTests : IDisposable
{
    private static readonly byte[] Before = Number(1, 8);
    private static readonly byte[] After = Field(14, Text(1, "key"), Text(2, "value"));
    private static readonly byte[] Elsewhere = Number(14, 1);
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_ModelOfOneFile_GivesItsOwnBytes()
    {
        byte[] model = Model(Field(5, Floats(2), Text(8, "w"), Field(9, new byte[8])));

        ModelFile.Read(_folder.Write("m.onnx", model)).Message.ShouldBe(model);
    }

    [Fact]
    public void Read_NoModel_GivesItsOwnBytes()
    {
        byte[] bytes = [0xFF, 0xFF, 1, 2];

        ModelFile.Read(_folder.Write("m.onnx", bytes)).Message.ShouldBe(bytes);
    }

    [Fact]
    public void Read_DataInAnotherFile_GivesOneFileWithThem()
    {
        _folder.Write("sub/w.bin", Enumerable.Range(0, 20).Select(i => (byte)i).ToArray());
        byte[] node = Field(1, Text(3, "n"), Field(5, Text(1, "value"), Field(5, Floats(1), Elsewhere, Entry("location", "sub/w.bin"))));
        string path = _folder.Write("m.onnx", Model(
            node,
            Field(5, Floats(2), Entry("location", "sub/w.bin"), Entry("offset", "12"), Entry("length", "8"), Text(8, "w"), Elsewhere),
            Field(5, Floats(1), Text(8, "own"), Field(9, [9, 8, 7, 6]))));

        ModelFile.Read(path).Message.ShouldBe(Model(
            Field(1, Text(3, "n"), Field(5, Text(1, "value"), Field(5, Floats(1), Field(9, [0, 1, 2, 3])))),
            Field(5, Floats(2), Text(8, "w"), Field(9, [12, 13, 14, 15, 16, 17, 18, 19])),
            Field(5, Floats(1), Text(8, "own"), Field(9, [9, 8, 7, 6]))));
    }

    [Fact]
    public void Read_LengthsGrowBeyondAByte_AreWrittenAnew()
    {
        byte[] values = [.. Enumerable.Range(0, 800).Select(i => (byte)(i % 251))];
        _folder.Write("w.bin", values);
        string path = _folder.Write("m.onnx", Field(7, Field(5, Number(1, 200), [1], Number(2, 1), Entry("location", "w.bin"))));

        // 808 bytes of a tensor in 811 of a graph: dims and type, 9 with 800 bytes; two bytes of each length.
        byte[] tensor = [.. Number(1, 200), 1, .. Number(2, 1), (9 << 3) | 2, 0xA0, 6, .. values];
        byte[] graph = [(5 << 3) | 2, 0x80 | (808 & 0x7F), 808 >> 7, .. tensor];
        tensor.Length.ShouldBe(808);
        graph.Length.ShouldBe(811);
        ModelFile.Read(path).Message.ShouldBe([(7 << 3) | 2, 0x80 | (811 & 0x7F), 811 >> 7, .. graph]);
    }

    [Theory]
    [InlineData(2, 3, 3)] // uint8
    [InlineData(10, 3, 6)] // float16
    [InlineData(7, 2, 16)] // int64
    [InlineData(22, 3, 2)] // int4, two to a byte
    [InlineData(1, 0, 0)]
    public void Read_LengthNotStated_IsThatOfTypeAndShape(byte type, byte count, int bytes)
    {
        _folder.Write("w.bin", new byte[40]);
        string path = _folder.Write("m.onnx", Model(Field(5, Number(1, count), Number(2, type), Entry("location", "w.bin"))));

        ModelFile.Read(path).Message.ShouldBe(Model(Field(5, Number(1, count), Number(2, type), Field(9, new byte[bytes]))));
    }

    [Fact]
    public void Read_LinkWithinTheFolder_IsFollowed()
    {
        _folder.Write("blobs/a", [1, 2, 3, 4]);
        File.CreateSymbolicLink(_folder["w.bin"], "blobs/a");
        string path = _folder.Write("m.onnx", Model(Field(5, Floats(1), Entry("location", "w.bin"))));

        ModelFile.Read(path).Message.ShouldBe(Model(Field(5, Floats(1), Field(9, [1, 2, 3, 4]))));
    }

    [Theory]
    [InlineData("../w.bin")]
    [InlineData("sub/../w.bin")]
    [InlineData("/etc/passwd")]
    [InlineData("out")]
    [InlineData("away/w.bin")]
    public void Read_FileOutsideOfTheFolder_IsRefused(string location)
    {
        _folder.Write("w.bin", new byte[8]);
        _folder.Write("model/sub/x", "x");
        File.CreateSymbolicLink(_folder["model/out"], "../w.bin");
        File.CreateSymbolicLink(_folder["model/away"], _folder.Root);

        Refusal("model/m.onnx", Entry("location", location)).ShouldBe(
            $"The tensor 'w' of '{_folder["model/m.onnx"]}' keeps its data in the file '{location}', which is outside of the model's "
            + $"folder {_folder["model"]}; put the file itself into that folder and save the model so that it names it there.");
    }

    [Fact]
    public void Read_FileIsMissing_SaysWhereItBelongs() =>
        Refusal("m.onnx", Entry("location", "w.bin")).ShouldBe(
            $"The tensor 'w' of '{_folder["m.onnx"]}' keeps its data in the file 'w.bin', which is not there; put it into {_folder.Root}, "
            + "beside the model.");

    [Theory]
    [InlineData("0", 7)]
    [InlineData("8", 15)]
    [InlineData("9223372036854775807", 15)]
    public void Read_FileIsTooShort_SaysHowLongItIs(string offset, int size)
    {
        _folder.Write("w.bin", new byte[size]);

        Refusal("m.onnx", Entry("location", "w.bin"), Entry("offset", offset)).ShouldBe(
            $"The tensor 'w' of '{_folder["m.onnx"]}' keeps its data in the file 'w.bin', of which 8 bytes from {offset} on are expected, "
            + $"but it has only {size}; copy the whole file there or export the model again.");
    }

    [Fact]
    public void Read_FolderInPlaceOfTheFile_IsRefused()
    {
        _folder.Write("w.bin/x", "x");

        Refusal("m.onnx", Entry("location", "w.bin")).ShouldContain("'w.bin', which cannot be read");
    }

    [Fact]
    public void Read_LengthIsNotThatOfTheShape_SaysBoth()
    {
        _folder.Write("w.bin", new byte[40]);

        Refusal("m.onnx", Entry("location", "w.bin"), Entry("length", "12")).ShouldContain(
            "says that 'w.bin' holds 12 bytes of it where its type and shape [2] need 8; the file is damaged");
    }

    [Theory]
    [InlineData("location", "", "does not say in which")]
    [InlineData("offset", "-1", "has the offset '-1' of its data")]
    [InlineData("length", "1e3", "has the length '1e3' of its data")]
    public void Read_EntryThatCannotBe_IsRefused(string key, string value, string expected) =>
        Refusal("m.onnx", Entry("location", "w.bin"), Entry(key, value)).ShouldContain(expected);

    [Fact]
    public void Read_NoLocation_IsRefused() => Refusal("m.onnx", Elsewhere).ShouldContain("does not say in which");

    [Fact]
    public void Read_ElementTypeWithoutASize_IsRefused() =>
        Refused(Field(5, Number(1, 2), Number(2, 8), Text(8, "w"), Entry("location", "w.bin"))).ShouldContain("has element type 8;");

    [Fact]
    public void Read_ShapeOfTooManyElements_IsRefused() =>
        Refused(Field(5, Number(1, 127), Large(1), Large(1), Large(1), Number(2, 1), Text(8, "w"), Entry("location", "w.bin")))
            .ShouldContain("expected dimensions that are not negative and fewer than 2^31 elements");

    // 2^30 floats; no file is looked for.
    [Fact]
    public void Read_TensorLargerThanAnArray_IsRefused() =>
        Refused(Field(5, Large(1), Number(2, 1), Text(8, "w"), Entry("location", "w.bin")))
            .ShouldContain($"of which it needs 4294967296 bytes; expected at most {Array.MaxLength} in one tensor: split it.");

    [Fact]
    public void Read_AboveTheLimit_HasTheIdentityOfOneFileAndReadsTensorsFromTheirFiles()
    {
        _folder.Write("a.bin", [0, 0, 0, 0, 1, 2, 3, 4]);
        _folder.Write("sub/b.bin", [5, 6, 7, 8, 9, 10, 11, 12]);
        byte[] a = [.. Floats(1), .. Text(8, "a"), .. Entry("location", "a.bin"), .. Entry("offset", "4")];
        string path = _folder.Write("m.onnx", Model(
            Field(5, a), Field(5, Floats(2), Text(8, "b"), Entry("location", "sub/b.bin"), Entry("length", "8"), Elsewhere)));
        var whole = ModelFile.Read(path);
        var apart = ModelFile.Read(path, most: 0);

        (whole.IsApart, apart.IsApart).ShouldBe((false, true));
        apart.InOne().SelectMany(part => part.ToArray()).ShouldBe(whole.Message);
        (apart.Length, apart.Digest).ShouldBe((whole.Length, whole.Digest));
        apart.Data(a, length => new byte[length])!.Value.ToArray().ShouldBe([1, 2, 3, 4]);

        apart.WriteTo(_folder["copy.onnx"], (to, write) =>
        {
            using var file = File.Create(to);
            write(file);
        });
        byte[] data = File.ReadAllBytes(_folder["copy.onnx.data"]);
        data[..4].ShouldBe([1, 2, 3, 4]);
        data[4096..].ShouldBe([5, 6, 7, 8, 9, 10, 11, 12]);
        ModelFile.Read(_folder["copy.onnx"]).Message.ShouldBe(whole.Message);
    }

    [Fact]
    public void Read_MissingModel_IsRefused() =>
        Should.Throw<DataSpecException>(() => ModelFile.Read(_folder["none.onnx"])).Message.ShouldContain("cannot be read");

    private static byte[] Large(int number) => [(byte)(number << 3), 0x80, 0x80, 0x80, 0x80, 4];

    private static byte[] Floats(byte count) => [.. Number(1, count), .. Number(2, 1)];

    private static byte[] Model(params byte[][] graph) => [.. Before, .. Field(7, graph), .. After];

    private string Refusal(string model, params byte[][] entries) =>
        Refused(Field(5, [Floats(2), Text(8, "w"), .. entries]), model);

    private string Refused(byte[] tensor, string model = "m.onnx")
    {
        string path = _folder.Write(model, Model(tensor));
        return Should.Throw<DataSpecException>(() => ModelFile.Read(path)).Message;
    }
}
