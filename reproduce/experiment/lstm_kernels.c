/* The fast engine's recurrent part as two TensorFlow operations: a chain of basic LSTM timesteps,
 * and the way back to its weights' gradient.  The chain leaves a tape for it: of each timestep, and
 * one more, the cells, by WIDTH units, then by images: the gates i, j, f, o after their functions,
 * c before, and tanh(c); behind them, of each timestep, the columns: h before, and the input.
 * The sizes are whole tiles, so that no loop has a remainder; the caller fills up with zeros. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* Of tensorflow/c/{kernels,ops,tf_tensor,tf_status}.h; TensorFlow is installed after this. */
typedef struct TF_Context TF_Context;
typedef struct TF_Tensor TF_Tensor;
typedef struct TF_Status TF_Status;
typedef struct TF_Builder TF_Builder; /* of an operation or a kernel */
enum { OK = 0, INVALID_ARGUMENT = 3, RESOURCE_EXHAUSTED = 8, FLOAT = 1 };
TF_Status *TF_NewStatus(void);
void TF_SetStatus(TF_Status *, int, const char *), TF_DeleteStatus(TF_Status *);
int TF_GetCode(const TF_Status *), TF_NumDims(const TF_Tensor *);
int64_t TF_Dim(const TF_Tensor *, int);
void *TF_TensorData(const TF_Tensor *), TF_DeleteTensor(TF_Tensor *);
void TF_GetInput(TF_Context *, int, TF_Tensor **, TF_Status *);
TF_Tensor *TF_AllocateOutput(TF_Context *, int, int, const int64_t *, int, size_t, TF_Status *);
void TF_OpKernelContext_Failure(TF_Context *, TF_Status *);
TF_Builder *TF_NewOpDefinitionBuilder(const char *);
void TF_OpDefinitionBuilderAddInput(TF_Builder *, const char *);
void TF_OpDefinitionBuilderAddOutput(TF_Builder *, const char *);
void TF_RegisterOpDefinition(TF_Builder *, TF_Status *);
TF_Builder *TF_NewKernelBuilder(const char *, const char *, void *,
                                void (*)(void *, TF_Context *), void *);
void TF_RegisterKernelBuilder(const char *, TF_Builder *, TF_Status *);
#ifdef __AVX512F__
enum { WIDTH = 16, HEIGHT = 6 }; /* of a tile: HEIGHT rows of four vectors of WIDTH floats */
#elif defined __AVX2__
enum { WIDTH = 8, HEIGHT = 3 };
#else
enum { WIDTH = 4, HEIGHT = 3 };
#endif
typedef float vector __attribute__((vector_size(4 * WIDTH)));
typedef int32_t integers __attribute__((vector_size(4 * WIDTH)));
typedef vector anywhere __attribute__((aligned(4), may_alias));
#define AT(place) (*(anywhere *)(place))
#define BYTES(floats) ((floats) * sizeof(float))
#define EACH_OF_TILE for (int gate = 0; gate < 4; gate++) for (int m = 0; m < HEIGHT; m++)
typedef struct { long images, timesteps, column, units, cells; } Chain; /* cells: as floats */

static vector choose(integers which, vector one, vector other) {
  return (vector)((which & (integers)one) | (~which & (integers)other));
}

/* e^x - 1 = 2^n (e^r - 1) + (2^n - 1), to an ulp or two also near 0; nan stays nan. */
static vector expm1_of(vector x) {
  const vector most = (vector){0} + 87;
  x = choose(x > most, most, choose(x < -most, -most, x));
  vector shifted = x * 1.44269504f + 12582912; /* n is in its last bits */
  vector n = shifted - 12582912, r = x - n * 0.693359375f + n * 2.12194440e-4f;
  vector power = (vector)(((integers)shifted << 23) + 0x3f800000);
  vector sum = ((r * 1.98827307e-4f + 1.39262131e-3f) * r + 8.33332073e-3f) * r + 4.16665561e-2f;
  sum = (sum * r + 1.66666672e-1f) * r + 0.5f; /* (e^r - 1 - r) / r^2, by interpolation */
  return power * (sum * r * r + r) + (power - 1);
}

static vector sigmoid(vector x) { return 1 / (expm1_of(-x) + 2); }
static vector tanh_of(vector x) { x = expm1_of(x + x); return x / (x + 2); }

/* sum = a b, by blocks of `inner` columns of a; the rows of b are of 4 WIDTH. */
static inline __attribute__((always_inline)) void multiply(
    long blocks, long a_block, long inner, const float *a, long a_row, long a_column,
    const float *b, vector sum[HEIGHT][4]) {
  EACH_OF_TILE sum[m][gate] = (vector){0};
  for (long block = 0; block < blocks; block++, a += a_block)
    for (long k = 0; k < inner; k++, b += 4 * WIDTH)
      EACH_OF_TILE sum[m][gate] += a[m * a_row + k * a_column] * AT(b + gate * WIDTH);
}

/* x [images, timesteps, column - units], weights [column, 4 units]; packed, as large. */
static void forward(Chain s, const float *x, const float *weights, float *packed, float *tape) {
  const long units = s.units, inputs = s.column - units;
  float *cell = tape, *columns = tape + (s.timesteps + 1) * s.cells, *to = packed;
  for (long u = 0; u < units; u += WIDTH)
    for (long k = 0; k < 4 * s.column; k++, to += WIDTH) AT(to) = AT(weights + k * units + u);
  memset(cell, 0, BYTES(s.cells)), memset(columns, 0, BYTES(s.images * s.column));
  for (long t = 0; t < s.timesteps; t++, columns += s.images * s.column) {
    for (long n = 0; n < s.images; n++)
      memcpy(columns + n * s.column + units, x + (n * s.timesteps + t) * inputs, BYTES(inputs));
    for (long u = 0; u < units; u += WIDTH)
      for (long n = 0; n < s.images; n += HEIGHT) {
        vector sum[HEIGHT][4];
        multiply(1, 0, s.column, columns + n * s.column, s.column, 1, packed + 4 * u * s.column,
                 sum);
        for (int m = 0; m < HEIGHT; m++, cell += 6 * WIDTH) {
          vector i = sigmoid(sum[m][0]), j = tanh_of(sum[m][1]), f = sigmoid(sum[m][2]);
          vector o = sigmoid(sum[m][3]), c = AT(cell + 4 * WIDTH) * f + i * j;
          AT(cell) = i, AT(cell + WIDTH) = j, AT(cell + 2 * WIDTH) = f, AT(cell + 3 * WIDTH) = o;
          AT(cell + 5 * WIDTH) = tanh_of(c), AT(cell + s.cells + 4 * WIDTH) = c;
          AT(columns + (s.images + n + m) * s.column + u) = AT(cell + 5 * WIDTH) * o;
        }
      }
  }
}

/* d_weights += the gradient.  Behind d_h [images, units] are zeros for that of c and the gates. */
static void backward(Chain s, const float *weights, const float *tape, float *packed, float *d_h,
                     float *d_weights) {
  const long units = s.units;
  float *d_c = d_h + s.images * units, *d_gates = d_c + s.images * units, *to = packed;
  for (long n = 0; n < units; n += 4 * WIDTH)
    for (long u = 0; u < units; u += WIDTH)
      for (int k = 0; k < 4 * WIDTH; k++)
        for (int row = 0; row < 4 * WIDTH; row++)
          *to++ = weights[((n + row) * 4 + k / WIDTH) * units + u + k % WIDTH];
  for (long t = s.timesteps - 1; t >= 0; t--) {
    const float *cell = tape + t * s.cells;
    const float *columns = tape + (s.timesteps + 1) * s.cells + t * s.images * s.column;
    float *d_cell = d_c, *to = d_gates;
    for (long u = 0; u < units; u += WIDTH)
      for (long n = 0; n < s.images; n++, cell += 6 * WIDTH, d_cell += WIDTH, to += 4 * WIDTH) {
        vector i = AT(cell), j = AT(cell + WIDTH), f = AT(cell + 2 * WIDTH);
        vector o = AT(cell + 3 * WIDTH), old = AT(cell + 4 * WIDTH), tanh_c = AT(cell + 5 * WIDTH);
        vector d_out = AT(d_h + n * units + u), d = AT(d_cell) + d_out * o * (1 - tanh_c * tanh_c);
        AT(to) = d * j * i * (1 - i), AT(to + WIDTH) = d * i * (1 - j * j);
        AT(to + 2 * WIDTH) = d * old * f * (1 - f);
        AT(to + 3 * WIDTH) = d_out * tanh_c * o * (1 - o), AT(d_cell) = d * f;
      }
    vector sum[HEIGHT][4];
    for (long u = 0; u < units; u += WIDTH)
      for (long k = 0; k < s.column; k += HEIGHT) {
        multiply(1, 0, s.images, columns + k, 1, s.column, d_gates + u * 4 * s.images, sum);
        EACH_OF_TILE AT(d_weights + ((k + m) * 4 + gate) * units + u) += sum[m][gate];
      }
    for (long u = 0; u < units; u += 4 * WIDTH)
      for (long n = 0; n < s.images; n += HEIGHT) {
        multiply(units / WIDTH, s.images * 4 * WIDTH, 4 * WIDTH, d_gates + n * 4 * WIDTH,
                 4 * WIDTH, 1, packed + u * 4 * units, sum);
        EACH_OF_TILE AT(d_h + (n + m) * units + u + gate * WIDTH) = sum[m][gate];
      }
  }
}

/* So many rounds of a tile's multiply-adds, all from registers, for the benchmark. */
float multiply_adds(long rounds, float factor) {
  vector sum[HEIGHT][4], all = {0};
  EACH_OF_TILE sum[m][gate] = (vector){0} + (float)(4 * m + gate);
  while (rounds-- > 0) EACH_OF_TILE sum[m][gate] = sum[m][gate] * factor + 1;
  EACH_OF_TILE all += sum[m][gate];
  return all[0];
}

/* The sizes of a chain by its inputs, or its gradient's; 0 where they don't fit. */
static int read_sizes(TF_Tensor **in, int back, Chain *s) {
  if (TF_NumDims(in[0]) != 3 - back || TF_NumDims(in[1]) != 2) return 0;
  if (back && TF_NumDims(in[2]) != 2) return 0;
  s->images = TF_Dim(in[0], 0), s->column = TF_Dim(in[1], 0), s->units = TF_Dim(in[1], 1) / 4;
  s->timesteps = back ? TF_Dim(in[2], 0) - 1 : TF_Dim(in[0], 1);
  if (s->images < 1 || s->images % HEIGHT || s->units < 1 || s->units % (4 * WIDTH)) return 0;
  if (s->column <= s->units || s->column % HEIGHT || TF_Dim(in[1], 1) != 4 * s->units) return 0;
  s->cells = s->images * 6 * s->units;
  return back ? TF_Dim(in[0], 1) == s->units &&
                    TF_Dim(in[2], 1) == s->cells + s->images * s->column
                  : TF_Dim(in[0], 2) == s->column - s->units;
}

/* Tensors: x, weights, none, tape; or d_h, weights, tape, d_weights. */
static void compute(TF_Context *context, int back) {
  Chain s = {0};
  TF_Tensor *tensors[4] = {NULL};
  TF_Status *status = TF_NewStatus();
  for (int i = 0; i < 2 + back && TF_GetCode(status) == OK; i++)
    TF_GetInput(context, i, tensors + i, status);
  if (TF_GetCode(status) == OK && !read_sizes(tensors, back, &s))
    TF_SetStatus(status, INVALID_ARGUMENT, "the shapes are not those of a chain in whole tiles");
  if (TF_GetCode(status) == OK) {
    const int64_t dims[] = {back ? s.column : s.timesteps + 1,
                            back ? 4 * s.units : s.cells + s.images * s.column};
    const size_t weights = s.column * 4 * s.units, size = BYTES(weights + back * s.cells);
    float *packed = aligned_alloc(64, size), *data[4];
    tensors[3] = TF_AllocateOutput(context, 0, FLOAT, dims, 2, BYTES(dims[0] * dims[1]), status);
    for (int i = 0; i < 4; i++) data[i] = tensors[i] ? TF_TensorData(tensors[i]) : NULL;
    if (!packed) TF_SetStatus(status, RESOURCE_EXHAUSTED, "no memory is left for the chain");
    if (TF_GetCode(status) == OK && !back) forward(s, data[0], data[1], packed, data[3]);
    if (TF_GetCode(status) == OK && back) {
      float *d_h = (float *)memset(packed, 0, size) + weights;
      memcpy(d_h, data[0], BYTES(s.images * s.units));
      backward(s, data[1], data[2], packed, d_h, memset(data[3], 0, BYTES(weights)));
    }
    free(packed);
  }
  if (TF_GetCode(status) != OK) TF_OpKernelContext_Failure(context, status);
  for (int i = 0; i < 4; i++) if (tensors[i]) TF_DeleteTensor(tensors[i]);
  TF_DeleteStatus(status);
}

static void compute_chain(void *none, TF_Context *context) { compute(context, 0); }
static void compute_gradient(void *none, TF_Context *context) { compute(context, 1); }

__attribute__((constructor)) static void add_operations(void) {
  for (int back = 0; back < 2; back++) {
    const char *name = back ? "LstmChainGradient" : "LstmChain";
    TF_Status *status = TF_NewStatus();
    TF_Builder *operation = TF_NewOpDefinitionBuilder(name);
    TF_OpDefinitionBuilderAddInput(operation, back ? "d_h: float" : "x: float");
    TF_OpDefinitionBuilderAddInput(operation, "weights: float");
    if (back) TF_OpDefinitionBuilderAddInput(operation, "tape: float");
    TF_OpDefinitionBuilderAddOutput(operation, back ? "d_weights: float" : "tape: float");
    TF_RegisterOpDefinition(operation, status);
    if (TF_GetCode(status) == OK) /* what is missing is found where it is used */
      TF_RegisterKernelBuilder(name, TF_NewKernelBuilder(name, "CPU", NULL, back
          ? compute_gradient : compute_chain, NULL), status);
    TF_DeleteStatus(status);
  }
}
