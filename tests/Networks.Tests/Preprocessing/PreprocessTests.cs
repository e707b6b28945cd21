using System.Runtime.InteropServices;

namespace Cluster.Networks.Tests.Preprocessing;

public sealed class PreprocessTests : IDisposable
{
    private const string ImageNet =
        """{"layout": "NCHW", "color": "RGB", "scale": 0.00392156862745098, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}""";

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // SHA-256 of NumPy's np.array([(p * scale - mean) / std for p in range(256)]).astype('<f4').tobytes()
    [Theory]
    [InlineData(0, "801bd3e33523e6aa1aeb678179d87b9f333e09b01454f890d3b228bf4c7db43e")]
    [InlineData(1, "2ba272ad76d0f797cf84f2676c4447c565790d836b3a612cacc1454e20c156e9")]
    [InlineData(2, "0943a9496ba8765cd56aab986e092909a43f82f7cc61f07c15869f747e112c97")]
    public void Table_ImageNetNormalisation_EqualsNumPyBitForBit(int channel, string sha256)
    {
        Preprocess preprocess = Load(ImageNet);

        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(preprocess.Table(channel)))).ShouldBe(sha256);
    }

    [Fact]
    public void Table_AnyNumbers_IsTheDoubleFormulaRoundedOnce()
    {
        Gen<(double Scale, double Mean, double Std)> numbers =
            from scale in Gen.Choose(1, 1_000_000)
            from mean in Gen.Choose(-1_000_000, 1_000_000)
            from std in Gen.Choose(1, 1_000_000)
            select (scale / 3e6, mean / 7e5, std / 9e5);
        Prop.ForAll(numbers.ToArbitrary(), n =>
        {
            Preprocess preprocess = new(PixelColor.Gray, n.Scale, [n.Mean], [n.Std]);
            return Enumerable.Range(0, 256).All(pixel =>
            {
                double scaled = pixel * n.Scale;
                double centred = scaled - n.Mean;
                return preprocess.Table(0)[pixel].Equals((float)(centred / n.Std));
            });
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Digest_SameNumbersWrittenDifferently_IsTheDocumentedHash()
    {
        Preprocess first = Load(ImageNet);
        Preprocess second = Load("""{"std":[2.29e-1,0.2240,0.225],"mean":[0.485,0.456,0.406],"scale":3.92156862745098e-3,"color":"RGB"}""");

        first.Digest.ShouldBe("a9518d621fd99526c5fc5fffb78b05041d53bb44f5ad965b7ccd9c57aba205b7"); // hashlib over struct.pack('<d')
        second.Digest.ShouldBe(first.Digest);
        new Preprocess(PixelColor.Gray, 1, [-0.0], [1]).Digest.ShouldBe(new Preprocess(PixelColor.Gray, 1, [0.0], [1]).Digest);
        new Preprocess(PixelColor.Gray, 1, [0], [1]).Digest.ShouldNotBe(new Preprocess(PixelColor.Gray, 1, [1], [1]).Digest);
    }

    [Fact]
    public void ToJson_Loaded_GivesTheSame()
    {
        Preprocess preprocess = new(PixelColor.Gray, 1.0 / 3, [0.1], [1e-7]);

        Load(preprocess.ToJson()).Digest.ShouldBe(preprocess.Digest);
    }

    [Theory]
    [InlineData("""{"color":"GRAY","scale":1,"mean":[0],"std":[1],"resize":256,"interpolation":"bicubic","crop":224}""")]
    [InlineData("""{"color":"GRAY","scale":1,"mean":[0],"std":[1],"resize":[48,64]}""")]
    [InlineData("""{"color":"GRAY","scale":1,"mean":[0],"std":[1],"crop":[20,30]}""")]
    public void ToJson_Geometry_ComesBackAndIsPartOfTheDigest(string json)
    {
        var preprocess = Load(json);

        var again = Load(preprocess.ToJson());

        again.Geometry.ShouldBe(preprocess.Geometry.ShouldNotBeNull());
        again.Digest.ShouldBe(preprocess.Digest);
        preprocess.Digest.ShouldNotBe(new Preprocess(PixelColor.Gray, 1, [0], [1]).Digest);
    }

    [Fact]
    public void Load_Geometry_IsWhatTorchvisionMeans()
    {
        Geometry("\"resize\":256,\"crop\":224").ShouldBe(new PictureGeometry(256, null, new PictureSize(224, 224)));
        Geometry("\"resize\":[48,64],\"interpolation\":\"bicubic\"")
            .ShouldBe(new PictureGeometry(null, new PictureSize(48, 64), null, ResizeFilter.Bicubic));
        Geometry("\"layout\":\"NCHW\"").ShouldBeNull();
    }

    [Theory]
    [InlineData("\"resize\":0", "'resize'; expected pixels from 1 to 16384, or [height, width]")]
    [InlineData("\"resize\":\"256\"", "'resize'; expected pixels")]
    [InlineData("\"crop\":[1,2,3]", "'crop'; expected pixels")]
    [InlineData("\"crop\":224.5", "'crop'; expected pixels")]
    [InlineData("\"interpolation\":\"bilinear\"", "'interpolation' without 'resize'")]
    [InlineData("\"resize\":9,\"interpolation\":\"nearest\"", "expected one of \"bilinear\", \"bicubic\"")]
    public void Load_GeometryThatIsNotUnderstood_IsRefused(string keys, string told) =>
        Should.Throw<KernelException>(() => Geometry(keys)).Message.ShouldContain(told);

    [Fact]
    public void LoadFor_ModelOrExplicitPath_ReadsThatFile()
    {
        _folder.Write("m.preprocess.json", ImageNet);
        string other = _folder.Write("other.json", """{"color":"GRAY","scale":1,"mean":[0],"std":[1]}""");

        Preprocess.LoadFor(_folder["m.onnx"]).Channels.ShouldBe(3);
        Preprocess.LoadFor(_folder["m.onnx"], other).Channels.ShouldBe(1);
    }

    [Fact]
    public void Apply_Bgr_GivesTheNetworkBlueFirstWithItsOwnMeanAndStd()
    {
        var preprocess = new Preprocess(PixelColor.Bgr, 1, [1, 2, 3], [1, 2, 4]);
        float[] input = new float[6];

        preprocess.Apply([11, 12, 21, 22, 31, 35], input);

        input.ShouldBe([30f, 34, 9.5f, 10, 2, 2.25f]);
        preprocess.Digest.ShouldNotBe(new Preprocess(PixelColor.Rgb, 1, [1, 2, 3], [1, 2, 4]).Digest);
        PreprocessJson.Parse(preprocess.ToJson(), "p.json").Digest.ShouldBe(preprocess.Digest);
    }

    [Fact]
    public void LoadFor_NoFile_SaysWhatToWrite()
    {
        string message = Should.Throw<KernelException>(() => Preprocess.LoadFor(_folder["m.onnx"])).Message;

        message.ShouldContain($"no preprocessing file '{_folder["m.preprocess.json"]}'");
        message.ShouldContain(""" "color": "RGB", "scale": 0.00392156862745098""");
    }

    [Fact]
    public void Apply_ChannelsLast_StandTogetherInTheNetworksOrder()
    {
        var preprocess = new Preprocess(PixelColor.Bgr, 1, [0, 0, 100], [1, 1, 1], layout: PixelLayout.Nhwc);
        float[] values = new float[6];

        preprocess.Apply([1, 2, 3, 4, 5, 6], values);

        values.ShouldBe([5, 3, -99, 6, 4, -98]);
        File.WriteAllText(_folder["again.preprocess.json"], preprocess.ToJson());
        Preprocess.LoadFor(_folder["again.onnx"]).Digest.ShouldBe(preprocess.Digest);
        preprocess.Digest.ShouldNotBe(new Preprocess(PixelColor.Bgr, 1, [0, 0, 100], [1, 1, 1]).Digest);
    }

    [Theory]
    [InlineData("""{"color":"RGB","scale":1,"mean":[0,0,0],"std":[1,1,1],"size":256}""", "has the key 'size', which is not understood")]
    [InlineData("""{"color":"RGB","scale":1,"mean":[0,0,0],"mean":[0,0,1],"std":[1,1,1]}""", "has the key 'mean' twice")]
    [InlineData("""{"color":"RGB","scale":1,"mean":[0,0,0]}""", "lacks the key 'std'")]
    [InlineData("""{"color":"YUV","scale":1,"mean":[0,0,0],"std":[1,1,1]}""", "color \"YUV\"; expected \"RGB\", \"BGR\" or \"GRAY\"")]
    [InlineData(
        """{"layout":"CHWN","color":"RGB","scale":1,"mean":[0,0,0],"std":[1,1,1]}""",
        "has the layout \"CHWN\"; expected \"NCHW\" or \"NHWC\"")]
    [InlineData("""{"color":"RGB","scale":1,"mean":[0],"std":[1,1,1]}""", "has 1 means and 3 stds; expected 3 of each")]
    [InlineData("""{"color":"GRAY","scale":1,"mean":[0],"std":[0]}""", "stds above 0")]
    [InlineData("""{"color":"GRAY","scale":0,"mean":[0],"std":[1]}""", "has the scale 0")]
    [InlineData("""{"color":"GRAY","scale":1e999,"mean":[0],"std":[1]}""", "has the scale")]
    [InlineData("""{"color":"GRAY","scale":1e300,"mean":[0],"std":[1]}""", "goes beyond float32")]
    [InlineData("""{"color":"GRAY","scale":"1","mean":[0],"std":[1]}""", "has \"1\" in 'scale'; expected a number")]
    [InlineData("""{"color":"GRAY","scale":1,"mean":0,"std":[1]}""", "has 0 in 'mean'; expected an array")]
    [InlineData("[1]", "holds a JSON Array; expected an object")]
    [InlineData("{", "is not JSON")]
    [InlineData(
        """{"color":"RGB","scale":1,"mean":[0,0,0],"std":[1,1,1],}""",
        "is not JSON (line 1, column 55: The JSON object contains a trailing comma at the end which is not supported in this mode); write")]
    public void Load_Odd_SaysWhatIsWrongAndWhere(string json, string expected)
    {
        string message = Should.Throw<KernelException>(() => Load(json)).Message;

        message.ShouldContain(expected);
        message.ShouldContain(_folder["p.json"]);
    }

    [Fact]
    public void Load_RealModels_AreUnderstood()
    {
        string[] files = Directory.GetFiles(SharedData.Require("models"), "*.preprocess.json", SearchOption.AllDirectories);

        files.ShouldNotBeEmpty();
        foreach (string file in files)
        {
            Preprocess.Load(file).Channels.ShouldBe(file.Contains("mnist", StringComparison.Ordinal) ? 1 : 3);
        }
    }

    private PictureGeometry? Geometry(string keys) =>
        Load("{\"color\":\"GRAY\",\"scale\":1,\"mean\":[0],\"std\":[1]," + keys + "}").Geometry;

    private Preprocess Load(string json) => Preprocess.Load(_folder.Write("p.json", json));
}
