using TorchSharp.PInvoke;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public long NumberOfElements => Info.Elements;

        public ScalarType dtype => (ScalarType)Info.ScalarType;

        public DeviceType device_type => (DeviceType)Info.DeviceType;

        public long[] shape => ShapeAndStrides().Shape;

        public bool requires_grad
        {
            get => Info.RequiresGrad != 0;
            set => NativeMethods.Check(NativeMethods.ck_tensor_set_requires_grad(Handle, value ? 1 : 0));
        }

        private Type ElementType => dtype switch
        {
            ScalarType.Byte => typeof(byte),
            ScalarType.Int8 => typeof(sbyte),
            ScalarType.Int16 => typeof(short),
            ScalarType.Int32 => typeof(int),
            ScalarType.Int64 => typeof(long),
            ScalarType.Float16 => typeof(Half),
            ScalarType.Float32 => typeof(float),
            ScalarType.Float64 => typeof(double),
            ScalarType.Bool => typeof(bool),
            _ => throw new NotSupportedException($"Tensors of element type {dtype} are not supported."),
        };

        private unsafe NativeTensorInfo Info
        {
            get
            {
                NativeTensorInfo info;
                NativeMethods.Check(NativeMethods.ck_tensor_info_of(Handle, &info));
                GC.KeepAlive(this);
                return info;
            }
        }

        public long[] stride() => ShapeAndStrides().Strides;

        /// <summary>The value of a tensor of one element, on any device.</summary>
        public unsafe T item<T>()
            where T : unmanaged
        {
            if (NumberOfElements != 1)
            {
                throw new ArgumentException("Number of elements in the tensor must be 1", nameof(T));
            }

            if (typeof(T) != ElementType)
            {
                throw new ArgumentException($"{typeof(T).Name} is not compatible with {dtype}", nameof(T));
            }

            T value;
            NativeMethods.Check(NativeMethods.ck_tensor_to_memory(Handle, &value, sizeof(T)));
            GC.KeepAlive(this);
            return value;
        }

        private unsafe (long[] Shape, long[] Strides) ShapeAndStrides()
        {
            long[] sizes = new long[Info.Dimensions];
            long[] strides = new long[sizes.Length];
            fixed (long* first = sizes, second = strides)
            {
                NativeMethods.Check(NativeMethods.ck_tensor_shape(Handle, first, second));
            }

            return (sizes, strides);
        }
    }
}
