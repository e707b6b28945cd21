using Cluster.Kernels.Execution;

namespace Cluster.Data.Tests.Arrays;

public sealed class ArraySetTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void Read_TwoInputs_HasThemInTheNetworksOrderAndTypes(CompressionLevel level)
    {
        _folder.Write("t.npz", ArrayFile.Tokens(level));
        var set = ArrayFile.Open(_folder, "npz:t.npz").For([.. ArrayFile.TokenInputs.Reverse()], null);

        var inputs = set.Read(1, 2, null);

        set.Count.ShouldBe(4);
        set.MaxLabel.ShouldBe(2);
        inputs[0].Type.ShouldBe(ElementType.Int64);
        inputs[0].Shape.ShouldBe([2, 2]);
        inputs[0].As<long>().ToArray().ShouldBe([1L, 1, 0, 0]);
        inputs[1].As<long>().ToArray().ShouldBe([2L, 3, 4, 5]);
        Enumerable.Range(0, 4).Select(set.Label).ShouldBe([0, 1, 2, 1]);
    }

    [Fact]
    public void Select_AnyOrderOfTwoFiles_ReadsEachRow()
    {
        _folder.Write("a.npz", ArrayFile.Tokens());
        _folder.Write("b.npz", ArrayFile.Tokens(CompressionLevel.Optimal));
        var set = ArrayFile.Open(_folder, "npz:a.npz@1..+npz:b.npz@..-1").For(ArrayFile.TokenInputs, null).Select([5, 0, 1, 4]);

        set.Read(0, 4, null)[0].As<long>().ToArray().ShouldBe([4L, 5, 2, 3, 4, 5, 2, 3]);
        Enumerable.Range(0, 4).Select(set.Label).ShouldBe([2, 1, 2, 1]);
        set.Read(2, 1, null)[1].As<long>().ToArray().ShouldBe([0L, 0]);
    }

    // numpy.asfortranarray(numpy.arange(12, dtype='>u2').reshape(2, 3, 2)) holds 0 6 2 8 4 10 1 7 3 9 5 11.
    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void Read_ColumnByColumnAndBigEndian_HasTheRows(CompressionLevel level)
    {
        byte[] array = ArrayFile.Npy(
            "{'descr': '>u2', 'fortran_order': True, 'shape': (2, 3, 2), }",
            [.. new byte[] { 0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11 }.SelectMany(value => (byte[])[0, value])]);
        _folder.Write("t.npz", ArrayFile.Npz(level, ("x.npy", array)));
        var set = ArrayFile.Open(_folder, "npz:t.npz").For([new ValueInfo("x", ElementType.Float, [-1, 3, 2])], null);

        set.Read(1, 1, null)[0].As<float>().ToArray().ShouldBe([6f, 7, 8, 9, 10, 11]);
    }

    [Theory]
    [InlineData("<f8", "000000000000F83F", ElementType.Float16, "003E")] // 1.5
    [InlineData(">f2", "3E00", ElementType.Double, "000000000000F83F")]
    [InlineData("<f4", "0000C03F", ElementType.Double, "000000000000F83F")]
    [InlineData("<i8", "FFFFFFFFFFFFFFFF", ElementType.Int8, "FF")]
    [InlineData("<i8", "C800000000000000", ElementType.UInt8, "C8")]
    [InlineData("|u1", "01", ElementType.Bool, "01")]
    [InlineData("|b1", "01", ElementType.UInt16, "0100")]
    public void Read_AnyNumber_IsConvertedToTheNetworksType(string type, string bytes, ElementType to, string expected)
    {
        _folder.Write("t.npy", ArrayFile.Npy(type, "(1, 1)", Convert.FromHexString(bytes)));
        var set = ArrayFile.Open(_folder, "npy:t.npy").For([new ValueInfo("x", to, [-1, 1])], null);

        Convert.ToHexString(set.Read(0, 1, null)[0].Bytes.Span).ShouldBe(expected);
    }

    [Theory]
    [InlineData("<i8", "0001000000000000", ElementType.UInt8, "holds 256 where the network takes uint8")]
    [InlineData("<i8", "FFFFFFFFFFFFFFFF", ElementType.UInt64, "holds -1 where the network takes uint64")]
    [InlineData("|u1", "02", ElementType.Bool, "holds 2 where the network takes bool")]
    public void Read_NumberThatDoesNotFit_IsNamed(string type, string bytes, ElementType to, string expected)
    {
        _folder.Write("t.npy", ArrayFile.Npy(type, "(1, 1)", Convert.FromHexString(bytes)));
        var set = ArrayFile.Open(_folder, "npy:t.npy").For([new ValueInfo("x", to, [-1, 1])], null);

        Should.Throw<KernelException>(() => set.Read(0, 1, null)).Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData("'|O'", "is object, as of samples of several shapes; write an array for each: numpy.savez(FILE, **{f'x_{i}': a")]
    [InlineData("'<c8'", "is complex64;")]
    [InlineData("[('a', '<f4')]", "is a record;")]
    [InlineData("'<V2'", "is raw (V2), as bfloat16 is saved;")]
    public void For_UnsupportedType_NamesType(string type, string expected)
    {
        _folder.Write("t.npy", ArrayFile.Npy($"{{'descr': {type}, 'fortran_order': False, 'shape': (1,), }}", new byte[8]));

        Should.Throw<KernelException>(
                () => ArrayFile.Open(_folder, "npy:t.npy").For([new ValueInfo("x", ElementType.Float, [-1])], null)).Message
            .ShouldContain(expected);
    }

    [Theory]
    [InlineData("x_0", "x_1", "x_2")]
    [InlineData("arr_0", "arr_1", "arr_2")]
    public void Read_AnArrayForEachSample_HasTheirOwnShapes(string first, string second, string third)
    {
        _folder.Write("t.npz", ArrayFile.Npz(
            CompressionLevel.NoCompression,
            ($"{third}.npy", ArrayFile.Npy("|u1", "(1, 1, 3)", 6, 7, 8)), // with an axis of one sample
            ($"{first}.npy", ArrayFile.Npy("|u1", "(1, 2)", 1, 2)),
            ($"{second}.npy", ArrayFile.Npy("|u1", "(1, 3)", 3, 4, 5)),
            ("labels.npy", ArrayFile.Npy("|u1", "(3,)", 2, 0, 1))));
        var opened = ArrayFile.Open(_folder, "npz:t.npz");
        var set = opened.For([new ValueInfo("x", ElementType.Float, [-1, 1, 3]) { FreeAxes = [2] }], null);

        opened.ShapesFor("x", isOnly: true)[0].ShouldBe([1L, 2]);
        set.Shapes.Select(shape => (shape.Shape, shape.Count)).ShouldBe([("x 1x3", 2), ("x 1x2", 1)]);
        set.Read(0, 1, null)[0].Shape.ShouldBe([1L, 1, 2]);
        set.Read(2, 1, null)[0].As<float>().ToArray().ShouldBe([6f, 7, 8]);
        set.Read(1, 2, null)[0].As<float>().ToArray().ShouldBe([3f, 4, 5, 6, 7, 8]);
        Enumerable.Range(0, 3).Select(set.Label).ShouldBe([2, 0, 1]);
        set.Select([1, 2]).HasSeveralShapes.ShouldBeFalse();
        set.Digest.ShouldNotBe(set.Select([1, 0, 2]).Digest);
        new ImageBatches(set, null, 8).Count.ShouldBe(3);
        new ImageBatches(set, null, 8).Repeated(3)[0].As<float>().ToArray().ShouldBe([3f, 4, 5, 6, 7, 8, 3, 4, 5]);
    }

    [Fact]
    public void For_NumberedInputs_AreInputs()
    {
        _folder.Write("t.npz", ArrayFile.Npz(
            CompressionLevel.NoCompression,
            ("x_0.npy", ArrayFile.Npy("|u1", "(4, 1)", 1, 2, 3, 4)),
            ("x_1.npy", ArrayFile.Npy("|u1", "(4, 1)", 5, 6, 7, 8))));

        var set = ArrayFile.Open(_folder, "npz:t.npz")
            .For([new ValueInfo("x_1", ElementType.Float, [-1, 1]), new ValueInfo("x_0", ElementType.Float, [-1, 1])], null);

        set.Count.ShouldBe(4);
        set.Read(3, 1, null)[0].As<float>().ToArray().ShouldBe([8f]);
    }

    [Fact]
    public void For_FixedShape_NamesArray()
    {
        _folder.Write("t.npz", ArrayFile.Npz(
            CompressionLevel.NoCompression,
            ("x_0.npy", ArrayFile.Npy("|u1", "(1, 2)", 1, 2)),
            ("x_1.npy", ArrayFile.Npy("|u1", "(2, 2)", 3, 4, 5, 6))));

        Should.Throw<KernelException>(() => ArrayFile.Open(_folder, "npz:t.npz")
                .For([new ValueInfo("x", ElementType.Float, [-1, 1, 2]) { FreeAxes = [2] }], null)).Message
            .ShouldContain("The array 'x_1' of ");
    }

    [Fact]
    public void Read_FolderOfArrays_IsOneSampleAFile()
    {
        _folder.Write("d/b.npy", ArrayFile.Npy("|u1", "(3,)", 3, 4, 5));
        _folder.Write("d/a.npy", ArrayFile.Npy("|u1", "(2,)", 1, 2));
        var set = ArrayFile.Open(_folder, "npy:d").For([new ValueInfo("x", ElementType.Float, [-1, 2]) { FreeAxes = [1] }], null);

        set.Count.ShouldBe(2);
        set.Read(1, 1, null)[0].As<float>().ToArray().ShouldBe([3f, 4, 5]);
    }

    [Fact]
    public void WithTargets_ArrayOfTheOutputsShape_IsReadAndPartOfTheDigest()
    {
        var output = new ValueInfo("depth", ElementType.Float, [-1, 2]);
        byte[] values = [.. new[] { 0.5f, 1, 2, 3, 4, 5, 6, 7 }.SelectMany(BitConverter.GetBytes)];
        _folder.Write("t.npz", ArrayFile.Npz(
            CompressionLevel.NoCompression,
            ("ids.npy", ArrayFile.Npy("<i8", "(4, 2)", new byte[64])),
            ("mask.npy", ArrayFile.Npy("<i8", "(4, 2)", new byte[64])),
            ("targets.npy", ArrayFile.Npy("<f4", "(4, 2)", values))));
        var plain = For("npz:t.npz");

        var set = plain.WithTargets(output);

        set.ReadTargets().ShouldBe([0.5f, 1, 2, 3, 4, 5, 6, 7]);
        set.Select([3, 0]).ReadTargets().ShouldBe([6f, 7, 0.5f, 1]);
        set.Digest.ShouldNotBe(plain.Digest);
        Should.Throw<InvalidOperationException>(() => plain.ReadTargets());
        Should.Throw<KernelException>(() => plain.WithTargets(output with { Shape = [-1, 3] })).Message
            .ShouldContain("but the targets of the output 'depth', 'targets' (float32 [N,3])");
    }

    [Fact]
    public void WithTargets_NoSuchArray_NamesIt()
    {
        _folder.Write("t.npz", ArrayFile.Tokens());

        Should.Throw<KernelException>(() => For("npz:t.npz").WithTargets(new ValueInfo("out", ElementType.Float, [-1, 2]))).Message
            .ShouldContain("no array for the targets of the output 'out', 'targets' (float32 [N,2])");
    }

    [Fact]
    public void Digest_StoredCompressedAndAsOtherIntegers_IsOne()
    {
        _folder.Write("a.npz", ArrayFile.Tokens());
        _folder.Write("b.npz", ArrayFile.Tokens(CompressionLevel.Optimal));
        _folder.Write("c.npz", ArrayFile.Npz(
            CompressionLevel.NoCompression,
            ("ids.npy", ArrayFile.Npy("|u1", "(4, 2)", 0, 1, 2, 3, 4, 5, 6, 7)),
            ("labels.npy", ArrayFile.Npy("<i2", "(4,)", 0, 0, 1, 0, 2, 0, 1, 0)),
            ("mask.npy", ArrayFile.Npy("|i1", "(4, 2)", 1, 0, 1, 1, 0, 0, 1, 0))));
        string[] digests = [.. new[] { "a", "b", "c" }.Select(name => For($"npz:{name}.npz").Digest)];

        digests.Distinct().ShouldHaveSingleItem();
        For("npz:a.npz@0..3").Digest.ShouldNotBe(digests[0]);
        For("npz:a.npz@0..3").CountShared(For("npz:b.npz@1..")).ShouldBe(2);
    }

    [Fact]
    public void Digest_SampleWithNaN_NamesSampleAndArray()
    {
        byte[] values = [.. new[] { 0.5f, float.PositiveInfinity, float.NaN }.SelectMany(BitConverter.GetBytes)];
        _folder.Write("x.npz", ArrayFile.Npz(CompressionLevel.NoCompression, ("x.npy", ArrayFile.Npy("<f4", "(3, 1)", values))));
        ValueInfo[] input = [new("x", ElementType.Float, [-1, 1])];

        string Digest(string spec) => ArrayFile.Open(_folder, spec).For(input, null).Digest;
        Digest("npz:x.npz@0..2").ShouldNotBeEmpty();
        Should.Throw<KernelException>(() => Digest("npz:x.npz@1..")).Message.ShouldContain("Sample 2 of ");
    }

    [Fact]
    public void Read_OneArrayAsFloat_TakesEveryNumberType()
    {
        byte[] halves = [.. new[] { 0.5f, -2 }.SelectMany(value => BitConverter.GetBytes((Half)value))];
        byte[] doubles = [.. new[] { 0.1, -2 }.SelectMany(BitConverter.GetBytes)];
        _folder.Write("h.npy", ArrayFile.Npy("<f2", "(2, 1)", halves));
        _folder.Write("d.npy", ArrayFile.Npy("<f8", "(2, 1)", doubles));
        _folder.Write("i.npy", ArrayFile.Npy("<i2", "(2, 1)", 5, 0, 0xFF, 0xFF));
        _folder.Write("l.npy", ArrayFile.Npy("<i8", "(2,)", [.. new long[] { 3, 0 }.SelectMany(BitConverter.GetBytes)]));
        ValueInfo[] input = [new("anything", ElementType.Float, [-1, 1])];

        float[] Values(string spec) => ArrayFile.Open(_folder, spec).For(input, null).Read(0, 2, null)[0].As<float>().ToArray();
        Values("npy:h.npy").ShouldBe([0.5f, -2]);
        Values("npy:d.npy").ShouldBe([0.1f, -2]);
        Values("npy:i.npy").ShouldBe([5f, -1]);
        ArrayFile.Open(_folder, "npy:d.npy,labels=l.npy").MaxLabel.ShouldBe(3);
        ArrayFile.Open(_folder, "npy:d.npy").HasLabels.ShouldBeFalse();
    }

    [Theory]
    [InlineData(">f4", new byte[] { 0x3F, 0x80, 0, 0, 0xC0, 0x40, 0, 0 }, 1, -3)]
    [InlineData(">f8", new byte[] { 0x3F, 0xF0, 0, 0, 0, 0, 0, 0, 0xC0, 0x08, 0, 0, 0, 0, 0, 0 }, 1, -3)]
    [InlineData(">f2", new byte[] { 0x3C, 0, 0xC2, 0 }, 1, -3)]
    [InlineData(">i2", new byte[] { 0, 1, 0xFF, 0xFD }, 1, -3)]
    [InlineData(">i8", new byte[] { 0, 0, 0, 0, 0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFD }, 1, -3)]
    [InlineData("<u4", new byte[] { 1, 0, 0, 0, 0, 0, 0, 0x80 }, 1, 2147483648)]
    [InlineData(">u4", new byte[] { 0, 0, 0, 1, 0x80, 0, 0, 0 }, 1, 2147483648)]
    [InlineData("<u8", new byte[] { 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80 }, 1, 9223372036854775808)]
    [InlineData("=i2", new byte[] { 1, 0, 0xFD, 0xFF }, 1, -3)]
    public void Read_AnyOrderOfBytes_GivesTheNumbers(string type, byte[] content, float first, float second)
    {
        foreach (var level in new[] { CompressionLevel.NoCompression, CompressionLevel.Optimal })
        {
            _folder.Write("t.npz", ArrayFile.Npz(level, ("x.npy", ArrayFile.Npy(type, "(2, 1)", content))));
            var set = ArrayFile.Open(_folder, "npz:t.npz").For([new("x", ElementType.Float, [-1, 1])], null);

            set.Read(0, 2, null)[0].As<float>().ToArray().ShouldBe([first, second]);
            set.Read(1, 1, null)[0].As<float>().ToArray().ShouldBe([second]);
        }
    }

    [Fact]
    public void Label_BigEndianAndUnsigned_IsRead()
    {
        _folder.Write("x.npy", ArrayFile.Npy("|u1", "(2, 1)", 1, 2));
        _folder.Write("l.npy", ArrayFile.Npy(">u4", "(2,)", 0, 0, 0, 7, 0, 0, 1, 0));
        _folder.Write("far.npy", ArrayFile.Npy("<u8", "(2,)", [.. new byte[8], .. Enumerable.Repeat((byte)0xFF, 8)]));

        var set = ArrayFile.Open(_folder, "npy:x.npy,labels=l.npy");

        (set.Label(0), set.Label(1)).ShouldBe((7, 256));
        ArrayFile.Error(_folder, "npy:x.npy,labels=far.npy").ShouldContain("has the label 18446744073709551615 at 1");
    }

    [Fact]
    public void For_WrongArrays_NamesFoundAndExpected()
    {
        _folder.Write("t.npz", ArrayFile.Tokens());
        string Refusal(params ValueInfo[] inputs) =>
            Should.Throw<KernelException>(() => ArrayFile.Open(_folder, "npz:t.npz").For(inputs, null)).Message;

        Refusal(new ValueInfo("tokens", ElementType.Int64, [-1, 2])).ShouldBe(
            "'npz:t.npz' has no array for the network's input 'tokens' (int64 [N,2]); it holds 'ids', 'mask', 'labels': name each array "
            + "after its input.");
        Refusal(new ValueInfo("ids", ElementType.Int64, [-1, 3]))
            .ShouldContain("is int64 [4,2] but the network's input 'ids' (int64 [N,3])");
    }

    [Fact]
    public void For_OneLabelTooFew_BlamesTheLabels()
    {
        NpzWriter.Write(
            _folder["w.npz"], ("x", TensorData.FromFloats([3, 2], new float[6])), ("labels", TensorData.FromInt64([2], new long[2])));

        Should.Throw<KernelException>(
            () => ArrayFile.Open(_folder, "npz:w.npz").For([new ValueInfo("x", ElementType.Float, [-1, 2])], null)).Message
            .ShouldBe("'npz:w.npz' has 2 labels for 3 samples of 'x'; give one label for each.");
    }

    [Fact]
    public void Read_IntegerBeyondTheNetworksType_IsRefused()
    {
        _folder.Write("t.npy", ArrayFile.Npy("<i8", "(1, 1)", BitConverter.GetBytes(5_000_000_000)));
        var set = ArrayFile.Open(_folder, "npy:t.npy").For([new ValueInfo("x", ElementType.Int32, [-1, 1])], null);

        Should.Throw<KernelException>(() => set.Read(0, 1, null)).Message
            .ShouldBe("The array 'x' holds 5000000000 where the network takes int32; correct the array.");
    }

    [Fact]
    public void Read_FileCutShortSince_IsRefused()
    {
        _folder.Write("t.npz", ArrayFile.Tokens());
        var set = For("npz:t.npz");
        using (var file = File.OpenWrite(_folder["t.npz"]))
        {
            file.SetLength(40);
        }

        Should.Throw<KernelException>(() => set.Read(0, 4, null)).Message
            .ShouldBe($"The array 'ids' of '{_folder["t.npz"]}' was cut short since it was opened; start again.");
    }

    [Fact]
    public void Open_ImagesWanted_RefusesArrays()
    {
        _folder.Write("t.npz", ArrayFile.Tokens());

        Samples.Error(_folder, "npz:t.npz").ShouldStartWith("'npz:t.npz' holds arrays where images are expected");
    }

    [Fact]
    public void Write_ArraysAndBack_AreTheSameAndTakenFromTheFile()
    {
        float[] values = [.. Enumerable.Range(0, 3000).Select(i => i / 7f)];
        NpzWriter.Write(
            _folder["w.npz"],
            ("x", TensorData.FromFloats([1000, 3], values)),
            ("labels", TensorData.FromInt64([1000], new long[1000])));

        // An archive whose arrays lie in it as they are needs no memory for them.
        var set = ArrayFile.Open(_folder, "npz:w.npz", maximumBytes: 1).For([new ValueInfo("x", ElementType.Float, [-1, 3])], null);

        set.Read(0, 1000, null)[0].As<float>().ToArray().ShouldBe(values);
    }

    private SampleSet For(string spec) => ArrayFile.Open(_folder, spec).For(ArrayFile.TokenInputs, null);
}
